import { followSystemTheme } from '../shared/theme';
import { mount } from '../shared/mount';

followSystemTheme();
mount(<main />, () => location.reload());
