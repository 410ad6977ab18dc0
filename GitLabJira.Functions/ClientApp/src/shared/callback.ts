// Runs in the window that GitLab sent back. Code and state go to the page that opened this window, if it is ours, and nowhere else.
import 'virtual:token-styles.css';
import './page.css';
import { text } from '../texts';
import { followSystemTheme } from './theme';

followSystemTheme();

const query = new URLSearchParams(location.search);

// The address must not stay in the history: the code in it is good for one sign-in.
history.replaceState(null, '', location.pathname);

function say(title: string, sentence: string): void {
  document.querySelector('#title')!.textContent = title;
  document.querySelector('#text')!.textContent = sentence;
}

const opener = window.opener as Window | null;

if (opener && opener !== window) {
  opener.postMessage({ type: 'gitlab-sign-in', code: query.get('code'), state: query.get('state'), error: query.get('error') }, location.origin);
  say(query.get('code') ? text('callback.done') : text('callback.notDone'), text('callback.close'));
  window.close();
} else {
  say(text('error.callbackAlone'), text('error.callbackAlone.text'));
}
