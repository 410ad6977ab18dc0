import { everySecond, flag, h, icon, lozenge, press } from './dom.js';

const rows = [...document.querySelectorAll('tr[data-key]')];
const search = document.querySelector('#search');
const onlyLinked = document.querySelector('#only-linked');
let held = {};
let drawn = null;

const chip = (name, count, title, ...more) => h('span', { class: 'chip', title }, icon(name), count, ...more);
const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

function draw(cell, development) {
  if (!development) return cell.replaceChildren();
  const { branches, commits, pullRequests, builds, deployments, flags } = development;
  const merges = Object.values(pullRequests).reduce((sum, count) => sum + count, 0);
  const state = pullRequests.OPEN ? ['Open', 'blue'] : pullRequests.MERGED ? ['Merged', 'green'] : ['Closed', 'red'];
  cell.replaceChildren(h('span', { class: 'chips' },
    merges ? chip('merge', merges, plural(merges, 'merge request', 'merge requests'), lozenge(...state)) : null,
    branches ? chip('branch', branches, plural(branches, 'branch', 'branches')) : null,
    commits ? chip('commit', commits, plural(commits, 'commit', 'commits')) : null,
    builds ? chip('build', '', `Last build: ${builds}`, lozenge(builds.replace('_', ' '), builds === 'successful' ? 'green' : builds === 'failed' ? 'red' : 'blue')) : null,
    deployments ? chip('deploy', deployments, plural(deployments, 'deployment', 'deployments')) : null,
    flags ? chip('flag', flags, plural(flags, 'feature flag', 'feature flags')) : null));
}

function filter() {
  const text = search.value.trim().toLowerCase();
  for (const row of rows) {
    row.hidden = (onlyLinked.checked && !held[row.dataset.key]) || !row.textContent.toLowerCase().includes(text);
  }
  document.querySelector('#none').hidden = rows.some((row) => !row.hidden);
}

const dialog = document.querySelector('#new-issue');
document.querySelector('#create').addEventListener('click', () => dialog.showModal());
dialog.addEventListener('close', async () => {
  if (dialog.returnValue !== 'create') return;
  const { project, summary } = dialog.querySelector('form');
  const answer = await press(`/sandbox/issues?${new URLSearchParams({ project: project.value, summary: summary.value })}`);
  if (answer.ok) location.assign(`/browse/${answer.key}`);
  else flag({ title: 'The issue was not created', body: answer.problem, type: 'error' });
});

search.addEventListener('input', filter);
onlyLinked.addEventListener('change', filter);

everySecond(async () => {
  const answer = await (await fetch('/sandbox/issues')).json();
  if (answer.version === drawn) return;
  for (const row of rows) {
    const key = row.dataset.key;
    if (JSON.stringify(held[key]) !== JSON.stringify(answer.issues[key])) {
      draw(row.querySelector('.development'), answer.issues[key]);
      if (drawn !== null) {
        row.classList.remove('arrived');
        void row.offsetWidth;
        row.classList.add('arrived');
      }
    }
  }
  held = answer.issues;
  drawn = answer.version;
  filter();
});
