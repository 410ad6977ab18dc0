// Runs in the window that GitLab sent back. Code and state go to the page that opened this window, if it is ours, and nowhere else.
const query = new URLSearchParams(location.search);

// The address must not stay in the history: the code in it is good for one sign-in.
history.replaceState(null, '', location.pathname);

const say = (title, text) => {
  document.querySelector('#title').textContent = title;
  document.querySelector('#text').textContent = text;
};

if (window.opener && window.opener !== window) {
  window.opener.postMessage(
    { type: 'gitlab-sign-in', code: query.get('code'), state: query.get('state'), error: query.get('error') },
    location.origin);
  say(query.get('code') ? 'Back to Jira' : 'Not signed in', 'You can close this window. The page in Jira says how it went.');
  window.close();
} else {
  say('Start again from Jira', 'This window was not opened by the GitLab page in Jira, so nobody was signed in. Open that page and choose “Sign in to GitLab”.');
}
