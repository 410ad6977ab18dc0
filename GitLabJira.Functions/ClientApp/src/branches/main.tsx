import { mount } from '../shared/mount';
import { followSystemTheme } from '../shared/theme';
import { BranchPage } from './BranchPage';
import { openSession } from './session';

followSystemTheme();

// Begun outside of the page's parts, which React may draw twice: a ticket is good for one call.
const opening = openSession();

mount(<BranchPage opening={opening} again={openSession} />, () => location.reload());
