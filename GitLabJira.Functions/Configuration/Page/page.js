// The page inside Jira's frame. Browsers give a frame no cookies, so every call carries a fresh token from Jira.
const $ = (selector) => document.querySelector(selector);
const show = (element, visible) => { element.hidden = !visible; };

const pollWhenBusy = 2000;
const pollWhenIdle = 20000;
const searchDelay = 500;

class Problem extends Error {
  constructor(status, reason, message) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function jiraToken() {
  return new Promise((resolve, reject) => {
    if (!window.AP?.context) {
      reject(new Problem(0, 'no_bridge', 'Open this page from within Jira.'));
      return;
    }
    const answer = window.AP.context.getToken(resolve);
    answer?.then?.(resolve, () => reject(new Problem(0, 'no_token', 'Jira did not say who you are. Reload the page.')));
  });
}

async function call(method, path, body) {
  const token = await jiraToken();
  let response;
  try {
    response = await fetch(`configuration/${path}`, {
      method,
      headers: { Authorization: `JWT ${token}`, Accept: 'application/json', ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new Problem(0, 'network', 'The app does not answer. Check your connection and try again.');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Problem(response.status, answer.reason ?? 'unknown', answer.detail ?? `The app answered ${response.status}.`);
  }
  return answer;
}

// ---------- messages ----------

/** @param about What the message is about: the next success there takes it away. */
function flag(kind, title, text, place = $('#flags'), about = '') {
  const close = make('button', { type: 'button', className: 'icon', ariaLabel: 'Dismiss', textContent: '×' });
  const box = make('div', { className: `flag ${kind}`, role: kind === 'bad' ? 'alert' : 'status' }, make('div', {}, make('strong', { textContent: title }), text ? make('p', { textContent: text }) : null), close);
  close.addEventListener('click', () => box.remove());
  box.dataset.about = about;
  place.replaceChildren(box);
}

const unflag = (about) => document.querySelector(`#flags [data-about="${about}"]`)?.remove();

/** GitLab's own sentence first, the true reason after it. */
const failed = (sentence, problem, place, about) => flag('bad', sentence, problem instanceof Problem ? problem.message : 'Something unexpected happened. Reload the page.', place, about);

// ---------- GitLab sign-in ----------

let popup = null;
let awaitedState = null;
let authorizeUrl = null;
let watching = 0;

function openPopup(address) {
  const [width, height] = [800, 800];
  const left = Math.max(0, Math.round((screen.availWidth - width) / 2));
  const top = Math.max(0, Math.round((screen.availHeight - height) / 2));
  return window.open(address, 'gitlab-sign-in', `popup,width=${width},height=${height},left=${left},top=${top}`);
}

function showPopupState() {
  show($('#popup-blocked'), !popup);
  show($('#popup-waits'), Boolean(popup));
  clearInterval(watching);
  if (popup) watching = setInterval(lookAtPopup, 500);
}

/** A person may close the window, or a page on the way may cut it off from this one: neither sends a message. */
function lookAtPopup() {
  if (!popup?.closed) return;
  clearInterval(watching);
  const closed = popup;
  // What it posted just before it closed may still be on its way.
  setTimeout(() => {
    if (popup !== closed) return;
    show($('#popup-waits'), false);
    flag('warn', 'You are not signed in to GitLab yet', 'The GitLab window was closed before you finished. Choose “Sign in to GitLab” to start again.', undefined, 'sign-in');
  }, 1000);
}

async function signIn() {
  // Opened within the click, before the first await: later ones count as unasked for.
  popup = openPopup('about:blank');
  unflag('sign-in');
  show($('#popup-blocked'), false);
  $('#sign-in').disabled = true;
  try {
    const started = await call('POST', 'sign-in');
    awaitedState = started.state;
    authorizeUrl = started.authorizeUrl;
    popup?.location.replace(authorizeUrl);
    showPopupState();
  } catch (problem) {
    popup?.close();
    popup = null;
    failed('Failed to sign in to GitLab.', problem, undefined, 'sign-in');
  } finally {
    $('#sign-in').disabled = false;
  }
}

function openAgain() {
  popup = openPopup(authorizeUrl);
  showPopupState();
}

window.addEventListener('message', async (event) => {
  // Anyone may post to this window: only our own popup with our own state counts.
  if (event.origin !== location.origin || event.source !== popup || event.data?.type !== 'gitlab-sign-in') return;
  const { code, state, error } = event.data;
  popup = null;
  clearInterval(watching);
  show($('#popup-waits'), false);
  if (!awaitedState || state !== awaitedState) {
    flag('bad', 'Failed to sign in to GitLab.', 'The answer belongs to another sign-in. Start again.', undefined, 'sign-in');
    return;
  }
  awaitedState = null;
  if (!code) {
    flag('bad', 'Failed to sign in to GitLab.', error === 'access_denied' ? 'You did not authorize the app in GitLab. Start again if you want to link groups.' : 'GitLab ended the sign-in. Start again.', undefined, 'sign-in');
    return;
  }
  try {
    showAccount(await call('POST', 'sign-in/redeem', { code, state }));
    await refresh();
    $('#open-groups').focus();
  } catch (problem) {
    failed('Failed to sign in to GitLab.', problem, undefined, 'sign-in');
  }
});

async function signOut() {
  try {
    await call('DELETE', 'sign-in');
    await start();
  } catch (problem) {
    failed('Failed to sign out.', problem);
  }
}

let signedIn = false;

function showAccount(status) {
  signedIn = Boolean(status.user);
  if (signedIn) unflag('sign-in');
  const account = $('#account');
  show(account, signedIn);
  show($('#start'), !signedIn);
  show($('#open-groups'), signedIn);
  if (signedIn) {
    const leave = make('button', { type: 'button', className: 'link', textContent: 'Sign out' });
    leave.addEventListener('click', signOut);
    account.replaceChildren(
      make('span', {}, 'Signed in to GitLab as ', make('a', { href: status.user.webUrl, target: '_blank', rel: 'noopener', textContent: `@${status.user.username}` })),
      leave);
  }
}

// ---------- linked groups ----------

const states = {
  linking: ['busy', 'Linking'],
  active: ['good', 'Linked'],
  needs_sign_in: ['warn', 'Needs sign-in'],
  hook_removed: ['warn', 'Hook removed in GitLab'],
  unlinking: ['busy', 'Unlinking'],
  broken: ['bad', 'Not working'],
};
const pace = 20; // projects a minute, so that a pause between two waves does not look like a fault
const running = new Set(['listing', 'running', 'waiting']);
const times = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function ago(text) {
  const seconds = (new Date(text) - Date.now()) / 1000;
  const [unit, size] = [['day', 86400], ['hour', 3600], ['minute', 60]].find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return unit === 'second' ? 'just now' : times.format(Math.round(seconds / size), unit);
}

function syncText(sync) {
  const failures = sync.failed > 0 ? `, ${sync.failed} failed` : '';
  switch (sync.state) {
    case 'listing': return 'Looking for projects…';
    case 'running': return `${sync.done} of ${sync.total ?? '?'} projects${failures}${sync.total > pace ? ` · ${pace} a minute` : ''}`;
    case 'waiting': return `${sync.done} of ${sync.total ?? '?'} projects${failures} · ${sync.why ?? 'waiting'}`;
    case 'completed': return sync.failed > 0 ? `${sync.done} of ${sync.total} projects synced${failures}` : sync.total === 1 ? 'The project is synced' : `All ${sync.total ?? sync.done} projects synced`;
    case 'failed': return `Sync failed: ${sync.why ?? 'unknown reason'}`;
    default: return 'Sync stopped';
  }
}

function syncCell(sync) {
  if (!sync) return make('span', { className: 'muted none', textContent: '—' });
  const text = make('span', { className: sync.state === 'failed' ? 'bad-text' : 'muted', textContent: syncText(sync) });
  if (!running.has(sync.state)) return text;
  const bar = make('progress', { ariaLabel: 'Initial sync' });
  if (sync.total) {
    bar.max = sync.total;
    bar.value = sync.done + sync.failed;
  }
  return make('div', { className: 'sync' }, text, bar);
}

function row(link) {
  const [kind, name] = states[link.state] ?? ['busy', link.state];
  const unlink = make('button', { type: 'button', textContent: 'Unlink', disabled: !link.canUnlink, ariaLabel: `Unlink ${link.groupPath}` });
  unlink.addEventListener('click', () => askUnlink(link));
  const restore = link.state === 'hook_removed' ? make('button', { type: 'button', textContent: 'Restore webhook', ariaLabel: `Restore the webhook of ${link.groupPath}` }) : null;
  restore?.addEventListener('click', () => restoreHook(link, restore));
  const compared = link.reconciled ? `Compared with GitLab as of ${new Date(link.reconciled.at).toLocaleString()}; ${link.reconciled.repaired} repaired since it was linked` : '';
  const line = make('tr', {},
    make('td', {}, make('a', { href: link.groupUrl, target: '_blank', rel: 'noopener', className: 'group-name', textContent: link.groupPath }),
      make('span', { className: 'sub', textContent: link.hook === 'project' ? 'A webhook on each project' : link.hook === 'group' ? 'One webhook on the group' : '' })),
    make('td', { className: 'state' }, make('span', { className: `lozenge ${kind}`, textContent: name, title: compared }), link.stateReason ? make('span', { className: 'sub', textContent: link.stateReason }) : null),
    make('td', { className: 'progress' }, syncCell(link.sync)),
    make('td', { className: 'when', title: new Date(link.createdAt).toLocaleString(), textContent: ago(link.createdAt) }),
    make('td', { className: 'end' }, restore, unlink));
  line.dataset.link = link.id;
  line.dataset.state = link.state;
  line.dataset.sync = link.sync?.state ?? '';
  return line;
}

async function restoreHook(link, button) {
  button.disabled = true;
  try {
    await call('POST', `links/${link.id}/hook`);
    flag('good', `The webhook of ${link.groupPath} is in place again`, 'What changed meanwhile follows in some minutes.', undefined, 'hook');
  } catch (problem) {
    failed('Failed to restore the webhook. Please try again.', problem, undefined, 'hook');
  } finally {
    await refresh();
    focusLink(link.id);
  }
}

let shown = '';

function showLinks(links) {
  show($('#linked'), signedIn || links.length > 0);
  const text = JSON.stringify([signedIn, links]);
  if (text === shown) return;
  shown = text;
  if (links.length === 0) {
    $('#links').replaceChildren(make('div', { className: 'empty' }, make('h3', { textContent: 'No linked groups' }), make('p', { textContent: signedIn ? 'Choose “Link groups” to show the work of a GitLab group in your Jira issues.' : 'Sign in to GitLab to link the first one.' })));
    return;
  }
  // Rebuilding must not throw the keyboard user out of the table.
  const focused = document.activeElement?.closest?.('tr')?.dataset.link;
  const head = make('thead', {}, make('tr', {}, ...['Group', 'State', 'Initial sync', 'Added'].map((name) => make('th', { scope: 'col', textContent: name })),
    make('th', { scope: 'col' }, make('span', { className: 'unseen', textContent: 'Actions' }))));
  $('#links').replaceChildren(make('table', {}, head, make('tbody', {}, ...links.map(row))));
  if (focused) focusLink(focused);
}

/** The link's button, or the heading when there is none to press any more. */
function focusLink(id) {
  ($(`tr[data-link="${id}"] button:enabled`) ?? $('#linked-title')).focus();
}

// ---------- links from before a site import ----------

function showEarlier(paths) {
  show($('#earlier'), paths.length > 0);
  show($('#move'), signedIn);
  if (paths.length > 0) $('#linked').hidden = false;
  $('#earlier-text').textContent = `Before it was imported, this site had linked ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}.${signedIn ? '' : ' Sign in to GitLab to link them here.'}`;
}

async function move() {
  $('#move').disabled = true;
  try {
    const answer = await call('POST', 'links/move');
    const left = answer.left.map((group) => `${group.groupPath}: ${group.detail}`).join(' ');
    flag(answer.left.length > 0 ? 'warn' : 'good', answer.moved.length > 0 ? `Linked ${answer.moved.join(', ')}` : 'No group was linked', left || (answer.hasMore ? 'Some are left; choose “Link them here” again.' : ''), undefined, 'move');
  } catch (problem) {
    failed('Failed to link group. Please try again.', problem, undefined, 'move');
  } finally {
    $('#move').disabled = false;
    await refresh();
  }
}

let timer = 0;
let refreshing = null;

async function load() {
  clearTimeout(timer);
  let busy = true;
  try {
    const { links, earlier } = await call('GET', 'links');
    showLinks(links);
    showEarlier(earlier ?? []);
    unflag('links');
    busy = links.some((link) => link.state === 'linking' || link.state === 'unlinking' || running.has(link.sync?.state));
  } catch (problem) {
    failed('Failed to load the linked groups.', problem, undefined, 'links');
    busy = false;
  } finally {
    timer = setTimeout(refresh, document.hidden || !busy ? pollWhenIdle : pollWhenBusy);
  }
}

/** One load at a time; whoever asks meanwhile gets the answer of a later one. */
function refresh() {
  refreshing = (refreshing ?? Promise.resolve()).then(load);
  return refreshing;
}

// ---------- link ----------

let page = 1;
let searching = 0;
let asked = 0;

const notes = {
  linked: () => 'Linked',
  covered: (group) => `Covered by ${group.because}`,
  cleaning_up: (group) => `${group.because} is being removed from Jira`,
};

function groupItem(group) {
  const note = notes[group.status]?.(group);
  const link = make('button', { type: 'button', textContent: 'Link', ariaLabel: `Link ${group.fullPath}` });
  link.addEventListener('click', () => linkGroup(group, link));
  const parents = group.fullName.endsWith(group.name) ? group.fullName.slice(0, -group.name.length) : '';
  const item = make('li', {},
    make('span', { className: 'avatar', ariaHidden: 'true', textContent: (group.name[0] ?? '?').toUpperCase() }),
    make('div', { className: 'what' },
      make('span', { className: 'name' }, make('span', { className: 'muted', textContent: parents }), make('strong', { textContent: parents ? group.name : group.fullName })),
      make('span', { className: 'sub', textContent: group.description ? `${group.fullPath} · ${group.description}` : group.fullPath })),
    note ? make('span', { className: 'lozenge', textContent: note }) : link);
  item.dataset.path = group.fullPath;
  return item;
}

function noGroups(search) {
  return make('li', { className: 'empty' }, make('div', {},
    make('h3', { textContent: search ? `No group matches “${search}”` : 'No groups' }),
    make('p', { textContent: search ? 'Search for a part of the name or the path.' : 'You are not a Maintainer or Owner of any group.' })));
}

async function loadGroups() {
  const mine = ++asked;
  const list = $('#groups');
  list.setAttribute('aria-busy', 'true');
  try {
    const search = $('#search').value.trim();
    const answer = await call('GET', `groups?page=${page}&search=${encodeURIComponent(search)}`);
    if (mine !== asked) return;
    list.replaceChildren(...answer.groups.map(groupItem));
    if (answer.groups.length === 0) list.replaceChildren(noGroups(search));
    list.scrollTop = 0;
    show($('#pages'), answer.page > 1 || answer.hasMore);
    $('#page-number').textContent = answer.total ? `Page ${answer.page} of ${Math.ceil(answer.total / 10)}` : `Page ${answer.page}`;
    $('#previous').disabled = answer.page <= 1;
    $('#next').disabled = !answer.hasMore;
  } catch (problem) {
    if (mine !== asked) return;
    list.replaceChildren();
    failed('Failed to load groups. Please try again.', problem, $('#group-flag'));
    if (problem.reason === 'not_signed_in') await start();
  } finally {
    if (mine === asked) list.removeAttribute('aria-busy');
  }
}

function openGroups() {
  page = 1;
  $('#search').value = '';
  $('#group-flag').replaceChildren();
  $('#groups').replaceChildren(make('li', { className: 'empty', textContent: 'Loading…' }));
  $('#groups-dialog').showModal();
  $('#search').focus();
  loadGroups();
}

async function linkGroup(group, button) {
  button.disabled = true;
  button.textContent = 'Linking…';
  try {
    const answer = await call('POST', 'links', { groupId: group.id });
    $('#groups-dialog').close();
    flag(answer.reason === 'linked' ? 'good' : 'warn', answer.reason === 'linked' ? 'Group successfully linked' : 'Linking goes on',
      answer.reason === 'linked' ? `New GitLab activity of ${group.fullPath} now appears in your Jira issues. The initial sync adds what is there already.` : answer.message);
    await refresh();
  } catch (problem) {
    failed('Failed to link group. Please try again.', problem, $('#group-flag'));
    button.disabled = false;
    button.textContent = 'Link';
    button.focus();
    if (problem.reason === 'already_linked' || problem.reason === 'covered_by_parent') await loadGroups();
  }
}

// ---------- unlink ----------

let toUnlink = null;

function askUnlink(link) {
  toUnlink = link;
  $('#unlink-title').textContent = `Unlink ${link.groupPath}?`;
  $('#unlink-text').textContent = 'Its branches, commits and merge requests are removed from your Jira issues, and new activity no longer reaches Jira. In GitLab only the webhook is removed.';
  $('#unlink-dialog').showModal();
  $('#unlink-cancel').focus();
}

async function unlink() {
  const link = toUnlink;
  $('#unlink-confirm').disabled = true;
  try {
    const answer = await call('DELETE', `links/${link.id}`);
    flag('good', 'Group unlinked', answer.message);
  } catch (problem) {
    failed('Failed to unlink group. Please try again.', problem);
  } finally {
    $('#unlink-confirm').disabled = false;
    $('#unlink-dialog').close();
    await refresh();
    focusLink(link.id);
  }
}

// ---------- start ----------

async function start() {
  const main = $('#page');
  try {
    const status = await call('GET', 'sign-in');
    showAccount(status);
    await refresh();
  } catch (problem) {
    if (problem.status === 403) {
      show($('#no-access'), true);
      $('#no-access-text').textContent = problem.message;
    } else {
      failed('Failed to load this page.', problem);
    }
  } finally {
    show($('#loading'), false);
    main.removeAttribute('aria-busy');
    main.dataset.ready = 'true';
  }
}

$('#sign-in').addEventListener('click', signIn);
$('#sign-in-again').addEventListener('click', openAgain);
$('#popup-show').addEventListener('click', () => popup?.focus());
$('#open-groups').addEventListener('click', openGroups);
$('#move').addEventListener('click', move);
$('#close-groups').addEventListener('click', () => $('#groups-dialog').close());
$('#previous').addEventListener('click', () => { page -= 1; loadGroups(); });
$('#next').addEventListener('click', () => { page += 1; loadGroups(); });
$('#search').addEventListener('input', () => {
  clearTimeout(searching);
  // What is on its way is for another search, and what stands there goes soon: nobody should choose from it.
  asked += 1;
  $('#groups').setAttribute('aria-busy', 'true');
  searching = setTimeout(() => { page = 1; loadGroups(); }, searchDelay);
});
$('#unlink-cancel').addEventListener('click', () => $('#unlink-dialog').close());
// The table may have been drawn anew under the dialog, so the browser's own way back leads nowhere.
$('#unlink-dialog').addEventListener('close', () => { if (toUnlink) focusLink(toUnlink.id); });
$('#unlink-confirm').addEventListener('click', unlink);
document.addEventListener('visibilitychange', () => { if (!document.hidden && $('#page').dataset.ready && $('#no-access').hidden) refresh(); });

start();
