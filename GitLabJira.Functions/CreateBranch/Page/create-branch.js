// The session lives in this tab alone: whoever opens another one starts from the issue.
const Key = 'branch-session';
const $ = id => document.querySelector(`#${id}`);
let session = sessionStorage.getItem(Key);
let view = null;
let timer = 0;
let asked = 0;

const say = (text, kind = '') => { $('message').textContent = text; $('message').className = kind; };

const call = async (method, path, body) => {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { ...(session ? { Authorization: `Bearer ${session}` } : {}), ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw { reason: 'network', message: 'The app cannot be reached. Check your connection and try again.' };
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw { reason: answer.reason, message: answer.detail ?? 'Something went wrong. Try again.' };
  return answer;
};

const host = () => $('host').value;
const user = () => view.hosts.find(one => one.host === host())?.user;
const option = (value, text) => Object.assign(document.createElement('option'), { value, textContent: text });
const ready = () => { $('create').disabled = !($('project').value && $('source').value.trim() && $('name').value.trim() && $('right').hidden); };

const fail = error => {
  if (error.reason === 'session_ended' || error.reason === 'ticket_used') {
    sessionStorage.removeItem(Key);
    $('account').hidden = $('form').hidden = true;
  } else if (error.reason === 'not_signed_in') {
    view.hosts.find(one => one.host === host()).user = undefined;
    showAccount();
  }
  say(error.message ?? 'Something went wrong. Try again.', 'error');
};

const showAccount = () => {
  const who = user();
  $('account').hidden = false;
  $('who').textContent = who ? `Signed in to ${host()} as @${who.username}.` : `Sign in to ${host()} to create the branch with your own account.`;
  $('sign-in').hidden = !!who;
  $('sign-out').hidden = !who;
  $('form').hidden = !who;
  if (who) loadProjects().catch(fail);
};

const loadProjects = async () => {
  const mine = ++asked;
  const query = new URLSearchParams({ host: host(), search: $('search').value.trim() });
  const answer = await call('GET', `projects?${query}`);
  if (mine !== asked) return;
  $('project').replaceChildren(option('', answer.projects.length ? 'Choose a project' : 'No project found'), ...answer.projects.map(one => option(one.id, one.path)));
  if (answer.hasMore) $('project').append(option('', 'Search to see more projects'));
  await loadProject();
};

const loadProject = async () => {
  const id = $('project').value;
  $('sources').replaceChildren();
  $('source').value = '';
  $('right').hidden = true;
  ready();
  if (!id) return;
  const query = new URLSearchParams({ host: host() });
  const project = await call('GET', `projects/${id}?${query}`);
  if ($('project').value !== id) return;
  $('right').hidden = project.canPush;
  $('right').textContent = {
    no_push_right: 'You do not have permission to create branches in this project. That takes the Developer role.',
    archived: 'This project is archived: nobody can create branches in it.',
    empty_repository: 'This repository is empty: it needs a first commit.',
  }[project.why] ?? '';
  if (project.canPush) {
    $('source').value = project.defaultBranch ?? '';
    await loadSources();
  }
  ready();
};

const loadSources = async () => {
  const id = $('project').value;
  const query = new URLSearchParams({ host: host(), search: $('source').value.trim() });
  const answer = await call('GET', `projects/${id}/branches?${query}`);
  if ($('project').value === id) $('sources').replaceChildren(...answer.branches.map(one => option(one.name, one.name)));
};

const later = work => () => { clearTimeout(timer); timer = setTimeout(() => work().catch(fail), 500); };

const signIn = async () => {
  // At once, while the click still counts: a window that opens after an answer is a blocked popup.
  const popup = window.open('', 'gitlab-sign-in', 'popup,width=620,height=760');
  if (!popup) throw { message: 'The browser blocked the window of GitLab. Allow popups for this page and try again.' };
  const started = await call('POST', 'sign-in', { host: host() }).catch(error => { popup.close(); throw error; });
  popup.location = started.authorizeUrl;
  say('Go on in the window of GitLab.');
  const back = await new Promise((resolve, reject) => {
    const done = (settle, value) => { clearInterval(watch); removeEventListener('message', hear); settle(value); };
    const hear = event => {
      if (event.origin === location.origin && event.data?.type === 'gitlab-sign-in' && (event.data.state === started.state || event.data.error)) done(resolve, event.data);
    };
    // A moment's grace: the window posts its message and closes.
    const watch = setInterval(() => { if (popup.closed) setTimeout(() => done(reject, { message: 'The window of GitLab was closed before you signed in. Try again.' }), 500); }, 500);
    addEventListener('message', hear);
  });
  if (!back.code) throw { message: 'GitLab did not sign you in. Try again, and choose “Authorize”.' };
  const answer = await call('POST', 'sign-in/redeem', { code: back.code, state: back.state });
  view.hosts.find(one => one.host === answer.host).user = answer.user;
  say('');
  showAccount();
};

const start = async () => {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
  if (ticket) {
    // Out of the address and the history before anything else.
    history.replaceState(null, '', location.pathname);
    session = null;
    view = await call('POST', 'session', { ticket });
    session = view.session;
    sessionStorage.setItem(Key, session);
  } else if (session) {
    view = await call('GET', 'session');
  } else {
    throw { reason: 'session_ended', message: 'Choose “Create branch” in a Jira issue to come here.' };
  }
  $('title').textContent = document.title = view.issueKey ? `Create branch for Jira issue ${view.issueKey}` : 'New branch';
  $('name').value = view.proposedName;
  $('host').replaceChildren(...view.hosts.map(one => option(one.host, one.host)));
  $('host-field').hidden = view.hosts.length < 2;
  if (!view.hosts.length) throw { message: 'No GitLab group is linked to this Jira site yet. Ask a Jira administrator to link one.' };
  say('');
  showAccount();
};

$('sign-in').addEventListener('click', () => signIn().catch(fail));
$('sign-out').addEventListener('click', () => call('DELETE', `sign-in?${new URLSearchParams({ host: host() })}`)
  .then(() => { view.hosts.find(one => one.host === host()).user = undefined; say('Signed out.'); showAccount(); }).catch(fail));
$('host').addEventListener('change', showAccount);
$('search').addEventListener('input', later(loadProjects));
$('project').addEventListener('change', () => loadProject().catch(fail));
$('source').addEventListener('input', later(loadSources));
$('form').addEventListener('input', ready);
$('form').addEventListener('submit', async event => {
  event.preventDefault();
  $('create').disabled = true;
  try {
    const made = await call('POST', '../branches', { host: host(), project: Number($('project').value), source: $('source').value.trim(), name: $('name').value.trim() });
    $('account').hidden = $('form').hidden = true;
    say(`New branch ${made.name} was created. You can close this window and return to Jira.`);
  } catch (error) {
    fail(error);
    ready();
  }
});

start().catch(fail);
