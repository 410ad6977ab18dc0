import { describe, expect, it } from 'vitest';
import type { Link, SettingsAnswer, SyncSummary } from '../api/types';
import { linkedText, progressText, projectsText, statusReason } from './links';
import { drafted, settled } from './settings';
import { linkOf } from './Trail';
import { address } from './VersionDialog';

const sync = (more: Partial<SyncSummary>): SyncSummary => ({ state: 'running', done: 0, failed: 0, startedAt: '2026-01-01T00:00:00Z', ...more });
const link = (more: Partial<Link>): Link =>
  ({ id: 'l', groupPath: 'acme', host: 'https://gitlab.com', status: 'in_sync', createdAt: new Date().toISOString(), ...more }) as Link;

describe('a sync in words', () => {
  it.each<[Partial<SyncSummary>, string]>([
    [{ state: 'listing' }, 'Looking for projects…'],
    [{ state: 'completed', total: 0 }, 'It has no projects yet'],
    [{ total: 140, done: 60, failed: 2 }, '60 of 140 projects, 2 failed'],
    [{ state: 'completed', total: 25, done: 25 }, 'All 25 projects synced'],
    [{ state: 'completed', total: 1, done: 1 }, 'The project is synced'],
    [{ state: 'completed', total: 12, done: 10, failed: 2 }, '10 of 12 projects, 2 failed'],
  ])('%o', (of, expected) => expect(projectsText(sync(of))).toBe(expected));

  it('names wave, rate and time left while it runs', () => {
    expect(progressText(sync({ total: 140, wave: 4, perMinute: 20, secondsLeft: 240 }))).toEqual(['wave 4', '20 a minute', 'about 4 minutes left']);
  });

  it('says when it goes on, unless that is past', () => {
    const waiting = (minutes: number) => progressText(sync({ state: 'waiting', resumeAt: new Date(Date.now() + minutes * 60_000 + 1_000).toISOString() }));

    expect(waiting(5)).toEqual(['waiting', 'goes on in 5 minutes']);
    expect(waiting(-5)).toEqual(['waiting']);
  });

  it('says why it waits or failed, in words of the app where there are none of the page', () => {
    expect(progressText(sync({ state: 'waiting', whyCode: 'gitlab_rate_limited' }))[0]).toBe('GitLab limits the number of requests');
    expect(progressText(sync({ state: 'failed', whyCode: 'something_new', why: 'It was Tuesday.' }))).toEqual(['It was Tuesday.']);
  });
});

describe('a link in words', () => {
  it('names who linked it as far as they are known', () => {
    expect(linkedText(link({ linkedBy: { name: 'Olivia', gitLabUsername: 'olivia' } }))).toBe('Linked by Olivia (@olivia), just now');
    expect(linkedText(link({ linkedBy: { gitLabUsername: 'olivia' } }))).toBe('Linked by @olivia, just now');
    expect(linkedText(link({}))).toBe('Linked just now');
  });

  it('does not say twice why it waits', () => {
    expect(statusReason(link({ statusReason: 'gitlab_rate_limited', sync: sync({ state: 'waiting', whyCode: 'gitlab_rate_limited' }) }))).toBeUndefined();
    expect(statusReason(link({ statusReason: 'role_lost' }))).toContain('Maintainer');
  });

  it('says that projects failed, unless the sync beside it does', () => {
    const failed = (count: number) => statusReason(link({ status: 'broken', statusReason: 'projects_failed', help: 'retry', sync: sync({ state: 'completed', total: 2, done: 2 - count, failed: count }) }));

    expect(failed(1)).toBeUndefined();
    // They are of an earlier sync.
    expect(failed(0)).toBe('Some projects could not be synced.');
  });

  it.each([
    ['hook_refused', 'GitLab refused the webhook.'],
    ['needs_maintainer', 'Nobody who signed in to GitLab here is a Maintainer of this group.'],
    ['other', 'In words of the app.'],
  ])('says why it could not be made: %s', (reason, expected) =>
    expect(statusReason(link({ status: 'broken', statusReason: reason, stateReason: 'In words of the app.', help: 'relink' }))).toContain(expected),
  );
});

describe('settings', () => {
  const answer: SettingsAnswer = {
    version: 2,
    settings: { kinds: ['branches'], window: 30, showDrafts: true, serviceIds: ['a', 'b'], environmentTypes: [{ name: 'review/*', type: 'testing' }], firstParentOnly: false, excludedProjects: [5], includedProjects: [], jiraProjects: ['SHOP'], archivedProjects: false },
    excluded: [{ id: 5, path: 'acme/old' }],
    included: [],
  };

  it('go back as they came, by ids', () => {
    expect(settled(drafted(answer))).toEqual(answer.settings);
  });

  it('are read as people type them', () => {
    const typed = settled({ ...drafted(answer), excluded: 'acme/old\n\n  acme/new \n77', jiraProjects: 'shop, web;ops' });

    expect(typed.excludedProjects).toEqual([5, 'acme/new', 77]);
    expect(typed.jiraProjects).toEqual(['SHOP', 'WEB', 'OPS']);
  });
});

describe('what somebody pastes', () => {
  const links = [link({ id: 'parent', groupPath: 'acme' }), link({ id: 'child', groupPath: 'acme/shop' }), link({ id: 'other', groupPath: 'acme', host: 'https://gitlab.example.com' })];

  it.each([
    ['https://gitlab.com/acme/shop/web/-/merge_requests/7', 'child'],
    ['https://gitlab.com/acme/web/-/commit/abc', 'parent'],
    ['https://gitlab.example.com/acme/shop/web', 'other'],
    ['acme/shop/web!7', 'child'],
    ['SHOP-7', undefined],
    ['https://gitlab.com/acmeshop/x', undefined],
  ])('%s belongs to %s', (typed, id) => expect(linkOf(typed, links)?.id).toBe(id));

  it.each([
    ['gitlab.example.com/', 'https://gitlab.example.com'],
    ['  http://gitlab.local ', 'http://gitlab.local'],
  ])('as an address: %s', (typed, expected) => expect(address(typed)).toBe(expected));
});
