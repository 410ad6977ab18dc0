import { everySecond, h, lozenge, press } from './dom.js';

const names = { Repository: 'Repositories', Branch: 'Branches', Commit: 'Commits', PullRequest: 'Merge requests', Build: 'Builds', Deployment: 'Deployments', FeatureFlag: 'Feature flags' };
const at = (time) => new Date(time).toLocaleTimeString('en-GB');
const put = (id, ...children) => document.querySelector(`#${id}`).replaceChildren(...children);
const nothing = (text) => h('p', { class: 'empty' }, text);
const tone = (status) => (status === 0 || status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green');
const singular = { Repository: 'repository', Branch: 'branch', Commit: 'commit', PullRequest: 'merge request', Build: 'build', Deployment: 'deployment', FeatureFlag: 'feature flag' };
const words = (post) => Object.entries(post.accepted).map(([kind, count]) => `${count} ${count === 1 ? singular[kind] : names[kind].toLowerCase()}`).join(', ');
const spaced = (name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').replace('Pull Request', 'merge request');

for (const button of document.querySelectorAll('[data-fault]')) button.addEventListener('click', () => press(`/sandbox/faults/${button.dataset.fault}`));

everySecond(async () => {
  const scene = await (await fetch('/sandbox/scenes')).json();
  put('tiles', ...Object.entries(scene.counts).map(([kind, count]) => h('div', { class: 'tile' }, h('b', null, count), names[kind])), h('div', { class: 'tile' }, h('b', null, scene.pending), 'Still to apply'));
  put('requests', scene.requests.length === 0 ? nothing('None yet.') : h('table', null,
    h('thead', null, h('tr', null, ['Time', 'Request', 'Brought', 'Answer'].map((name) => h('th', null, name)))),
    h('tbody', null, scene.requests.map((request) => h('tr', null,
      h('td', null, at(request.at)),
      h('td', { class: 'mono' }, `${request.method} ${request.path}${request.query ? `?${request.query}` : ''}`),
      h('td', null, request.post ? `${words(request.post)}${request.post.backfill ? ' (backfill)' : ''}` : ''),
      h('td', null, lozenge(request.status || 'cut', tone(request.status)), request.fault ? ` ${request.fault}` : ''))))));
  put('violations', scene.violations.length === 0 ? nothing('None.') : h('table', null, h('tbody', null, scene.violations.map((violation) => h('tr', null, h('td', null, at(violation.at)), h('td', null, lozenge(spaced(violation.kind), 'red'), ' ', violation.message))))));
  put('automation', scene.automation.length === 0 ? nothing('Nothing has fired.') : h('table', null, h('tbody', null, scene.automation.map((fired) => h('tr', null, h('td', null, at(fired.at)), h('td', null, lozenge(spaced(fired.trigger), 'purple'), ` ${fired.issueKeys.join(', ')} ${fired.commands.join(' ')}`))))));
  put('faults', scene.faults.length === 0 ? nothing('All well.') : h('p', null, scene.faults.map((fault) => lozenge(fault, 'red'))));
});
