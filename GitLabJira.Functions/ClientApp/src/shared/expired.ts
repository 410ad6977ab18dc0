import 'virtual:token-styles.css';
import './page.css';
import { connectHost } from '../host/connect';

connectHost.followTheme();
