import { mount } from '../shared/mount';
import { followSystemTheme } from '../shared/theme';
import { BranchPage } from './BranchPage';
import { openSession } from './session';

followSystemTheme();

// Opened once, outside of the page's parts: a ticket is good for one call.
const opened = openSession();

mount(<BranchPage opened={opened} />, () => location.reload());
