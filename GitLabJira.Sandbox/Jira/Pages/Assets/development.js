import { ago, avatar, everySecond, h, icon, link, lozenge } from './dom.js';

const panel = document.querySelector('#development');
const summary = document.querySelector('#summary');
const shown = new Map();
const firstShown = 20;
const opened = new Set();
let version = null;
let now = new Date();

const tones = {
  OPEN: 'blue', MERGED: 'green', DECLINED: 'red',
  successful: 'green', failed: 'red', in_progress: 'blue', pending: 'yellow', cancelled: 'grey', rolled_back: 'red', unknown: 'grey',
  production: 'purple', staging: 'blue', testing: 'yellow', development: 'grey', unmapped: 'grey',
};
const labels = { OPEN: 'Open', MERGED: 'Merged', DECLINED: 'Closed', UNKNOWN: 'Unknown' };
const status = (value) => lozenge(labels[value] ?? String(value).replaceAll('_', ' '), tones[value]);
const project = (entity) => (entity.repository ? link(entity.repositoryUrl, entity.repository) : null);
const time = (value) => h('span', { title: value }, ago(value, now));
const firstLine = (text) => (text ?? '').split('\n')[0];
const reviewers = (people) => (people?.length ? h('span', { class: 'people' }, people.map((person) => avatar(person, person.approvalStatus === 'APPROVED'))) : null);

const kinds = [
  {
    kind: 'PullRequest', always: true, icon: 'merge', one: 'merge request', many: 'Merge requests', empty: 'No merge request mentions this issue.',
    row: (entity, { data }) => [
      avatar(data.author),
      h('span', { class: 'what' }, link(data.url, data.title)),
      h('span', { class: 'side' }, reviewers(data.reviewers), status(data.status)),
      h('span', { class: 'more' },
        h('span', { class: 'mono' }, data.displayId),
        h('span', { class: 'mono' }, `${data.sourceBranch}${data.destinationBranch ? ` → ${data.destinationBranch}` : ''}`),
        data.commentCount ? h('span', null, `${data.commentCount} comment${data.commentCount === 1 ? '' : 's'}`) : null,
        time(data.lastUpdate)),
    ],
  },
  {
    kind: 'Branch', always: true, icon: 'branch', one: 'branch', many: 'Branches', empty: 'No branch mentions this issue.',
    row: (entity, { data }) => [
      icon('branch'),
      h('span', { class: 'what mono' }, link(data.url, data.name)),
      h('span', { class: 'side' }, data.createPullRequestUrl ? link(data.createPullRequestUrl, 'Create merge request') : null),
      h('span', { class: 'more' }, project(entity), link(data.lastCommit.url, h('span', { class: 'mono' }, data.lastCommit.displayId)), h('span', null, firstLine(data.lastCommit.message)), time(data.lastCommit.authorTimestamp)),
    ],
  },
  {
    kind: 'Commit', always: true, icon: 'commit', one: 'commit', many: 'Commits', empty: 'No commit mentions this issue.',
    row: (entity, { data }) => [
      avatar(data.author),
      h('span', { class: 'what' }, link(data.url, firstLine(data.message))),
      h('span', { class: 'side' }, data.flags?.includes('MERGE_COMMIT') ? lozenge('Merge') : null, link(data.url, h('span', { class: 'mono' }, data.displayId))),
      h('span', { class: 'more' }, project(entity), h('span', null, `${data.fileCount} file${data.fileCount === 1 ? '' : 's'}`), time(data.authorTimestamp)),
    ],
  },
  {
    kind: 'Build', icon: 'build', one: 'build', many: 'Builds',
    row: (entity, { data }) => [
      icon('build'),
      h('span', { class: 'what' }, link(data.url, `${data.displayName} #${data.buildNumber}`)),
      h('span', { class: 'side' }, status(data.state)),
      h('span', { class: 'more' }, data.testInfo ? h('span', null, `${data.testInfo.numberPassed} of ${data.testInfo.totalNumber} tests passed`) : null, time(data.lastUpdated)),
    ],
  },
  {
    kind: 'Deployment', icon: 'deploy', one: 'deployment', many: 'Deployments',
    row: (entity, { data }) => [
      icon('deploy'),
      h('span', { class: 'what' }, link(data.url, data.environment.displayName), ' ', lozenge(data.environment.type, tones[data.environment.type])),
      h('span', { class: 'side' }, status(data.state)),
      h('span', { class: 'more' }, link(data.pipeline.url, data.pipeline.displayName), h('span', null, data.displayName), time(data.lastUpdated)),
    ],
  },
  {
    kind: 'FeatureFlag', icon: 'flag', one: 'feature flag', many: 'Feature flags',
    row: (entity, { data }) => [
      icon('flag'),
      h('span', { class: 'what' }, link(data.summary.url, data.displayName ?? data.key)),
      h('span', { class: 'side' }, data.summary.status.enabled ? lozenge('On', 'green') : lozenge('Off')),
      h('span', { class: 'more' }, h('span', { class: 'mono' }, data.key), h('span', null, data.details.map((detail) => `${detail.environment.name}: ${detail.status.enabled ? 'on' : 'off'}`).join(', ')), time(data.summary.lastUpdated)),
    ],
  },
];

function section(kind, entities) {
  const rows = opened.has(kind.kind) ? entities : entities.slice(0, firstShown);
  return h('section', { 'aria-label': kind.many },
    h('div', { class: 'title' }, icon(kind.icon), kind.many, h('span', { class: 'count' }, entities.length)),
    entities.length === 0 ? h('p', { class: 'empty' }, kind.empty) : h('ul', null, rows.map((entity) => {
      const text = JSON.stringify(entity.data);
      const fresh = version !== null && shown.get(entity.id) !== text;
      shown.set(entity.id, text);
      return h('li', { class: fresh ? 'arrived' : null, 'data-id': entity.id }, kind.row(entity, entity));
    })),
    entities.length > rows.length
      ? h('button', { type: 'button', class: 'rest', onclick: () => { opened.add(kind.kind); version = null; } }, `Show all ${entities.length}`)
      : null);
}

/** When something was last touched, whatever its kind. */
const touched = ({ data }) => new Date(data.lastUpdate ?? data.lastCommit?.authorTimestamp ?? data.authorTimestamp ?? data.lastUpdated ?? data.summary?.lastUpdated ?? 0);

function draw(entities) {
  const byKind = kinds.map((kind) => [kind, entities.filter((entity) => entity.kind === kind.kind).sort((a, b) => touched(b) - touched(a))]);
  panel.replaceChildren(...byKind.filter(([kind, some]) => kind.always || some.length > 0).map(([kind, some]) => section(kind, some)));
  const held = byKind.filter(([, some]) => some.length > 0);
  summary.replaceChildren(...(held.length === 0
    ? [h('span', { class: 'muted' }, 'Nothing yet')]
    : held.map(([kind, some]) => h('span', { class: 'chip' }, icon(kind.icon), `${some.length} ${some.length === 1 ? kind.one : kind.many.toLowerCase()}`))));
  for (const id of shown.keys()) if (!entities.some((entity) => entity.id === id)) shown.delete(id);
}

everySecond(async () => {
  const response = await fetch(`/sandbox/issues/${encodeURIComponent(panel.dataset.issue)}?since=${version ?? ''}`);
  if (response.status === 204) return;
  const answer = await response.json();
  now = new Date(answer.now);
  draw(answer.entities);
  version = answer.version;
});
