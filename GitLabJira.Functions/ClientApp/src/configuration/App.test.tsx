import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, type Client } from '../api/client';
import type { FirstLook, Link } from '../api/types';
import type { Host } from '../host/Host';
import { button, pressed, render, soon } from '../testing/render';
import { App } from './App';
// Loaded here, so that no test waits for them.
import './LinkGroupsDialog';
import './LinkPage';
import './LinksTable';

const host = 'https://gitlab.com';
const user = { username: 'olivia', webUrl: `${host}/olivia` };
const gitLab = { host, isDefault: true, instances: [], redirectUri: '', scopes: [] };
const link = (more: Partial<Link>): Link => ({ id: 'l', groupPath: 'acme', host, status: 'in_sync', hook: 'group', createdAt: new Date().toISOString(), canUnlink: true, ...more }) as Link;

/** What the app answers, by method and path; a problem is thrown. */
let answers: Record<string, unknown>;
const called = vi.fn((method: string, path: string, _body?: unknown) => {
  const answer = answers[`${method} ${path}`];
  // Each failure is one of its own.
  return answer instanceof Problem ? Promise.reject(new Problem(answer.status, answer.reason)) : Promise.resolve(answer);
});
const client = {
  get: (path: string) => called('GET', path),
  post: (path: string, body?: unknown) => called('POST', path, body),
  remove: (path: string) => called('DELETE', path),
} as unknown as Client;

const calls = (what: string) => called.mock.calls.filter(([method, path]) => `${method} ${path}` === what).length;
const said = () => document.body.textContent;
const focused = () => document.activeElement?.id;

const open = (first: Partial<FirstLook> = {}) => render(<App client={client} host={{} as Host} first={{ signIn: { host, user }, gitLab, ...first } as FirstLook} />);

beforeEach(() => {
  called.mockClear();
  answers = {
    'GET links': { links: [link({})] },
    'GET links/l/runs': { runs: [] },
    'GET links/l/projects?state=failed': { projects: [] },
    'POST sign-in': { authorizeUrl: `${host}/oauth`, state: 's' },
    'POST sign-in/redeem': { host, user },
  };
});
afterEach(() => vi.restoreAllMocks());

describe('a sign-in beside a link', () => {
  beforeEach(async () => {
    answers['GET links'] = { links: [link({ status: 'needs_sign_in', statusReason: 'role_lost', help: 'sign_in' })] };
    await open();
    await soon(() => button('Sign in'));
  });

  it('says that the browser blocked its window', async () => {
    vi.spyOn(window, 'open').mockReturnValue(null);

    await pressed('Sign in');

    expect(document.querySelector('[role=alert]')?.textContent).toContain('Your browser blocked the GitLab window.');
    button('Open it now');
  });

  it('looks at the links again when it is done, also by the same person', async () => {
    const popup = { closed: false, location: { replace: vi.fn() }, close: vi.fn() } as unknown as Window;
    vi.spyOn(window, 'open').mockReturnValue(popup);
    await pressed('Sign in');
    const looks = calls('GET links');

    const message = new MessageEvent('message', { data: { type: 'gitlab-sign-in', code: 'c', state: 's', error: null }, origin: location.origin });
    Object.defineProperty(message, 'source', { value: popup });
    await act(async () => window.dispatchEvent(message));

    await soon(() => expect(calls('GET links')).toBe(looks + 1));
  });
});

describe('a sign-out', () => {
  it('is done when the app has ended the sign-in, and the focus goes to the way back in', async () => {
    answers['GET sign-in'] = new Problem(0, 'network');
    await open();

    await pressed('Sign out');

    expect(document.querySelector('#account')).toBeNull();
    expect(focused()).toBe('start-title');
  });
});

describe('the way back to the list', () => {
  beforeEach(async () => {
    await open();
    await soon(() => button('acme'));
    await pressed('acme');
    await soon(() => expect(focused()).toBe('link-title'));
  });

  it('leads to its heading', async () => {
    await pressed('Linked groups');

    expect(focused()).toBe('linked-title');
  });

  it('is taken by the page, which says why, when somebody unlinked the group', async () => {
    answers['GET links'] = { links: [] };
    await act(async () => document.dispatchEvent(new Event('visibilitychange')));

    await soon(() => expect(said()).toContain('acme is no longer linked'));
    expect(focused()).toBe('linked-title');
  });
});

it('an app that cannot be reached is told once: whoever reads on is not torn away, and what was dismissed stays away', async () => {
  const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView');
  answers['GET links'] = new Problem(0, 'network');
  await open();
  await soon(() => expect(said()).toContain('Failed to load the linked groups.'));
  const lookAgain = () => act(async () => document.dispatchEvent(new Event('visibilitychange')));

  await lookAgain();
  expect(scrolled).toHaveBeenCalledTimes(1);
  await pressed('Dismiss');
  await lookAgain();
  expect(said()).not.toContain('Failed to load the linked groups.');

  answers['GET links'] = { links: [] };
  await lookAgain();
  answers['GET links'] = new Problem(0, 'network');
  await lookAgain();
  expect(said()).toContain('Failed to load the linked groups.');
});

it('a choice of GitLab that could not be loaded is told, and loaded by another try', async () => {
  answers['GET gitlab'] = new Problem(0, 'network');
  await open({ gitLab: undefined as never });
  await soon(() => expect(said()).toContain('Failed to load this page.'));

  answers['GET gitlab'] = gitLab;
  await pressed('Try again');

  expect(said()).not.toContain('Failed to load this page.');
  button('Change GitLab version');
});

describe('a link that is broken', () => {
  const broken = (more: Partial<Link>) => {
    answers['GET links'] = { links: [link({ status: 'broken', ...more })] };
    return open();
  };

  it('has its failed projects tried again, whichever sync they are of', async () => {
    await broken({ statusReason: 'projects_failed', help: 'retry' });
    await soon(() => button('Try the failed projects of acme again'));

    await pressed('Try the failed projects of acme again');

    expect(called).toHaveBeenCalledWith('POST', 'links/l/retry', {});
  });

  it('asks what to sync again', async () => {
    await broken({ statusReason: 'sync_failed', help: 'resync' });
    await soon(() => button('Sync acme again'));

    await pressed('Sync acme again');

    await soon(() => expect(said()).toContain('Reads what GitLab holds already'));
    expect(calls('POST links/l/sync')).toBe(0);
  });
});

it('somebody whose permission ended while choosing a group is told on the page, as the dialog goes', async () => {
  answers['GET links'] = { links: [] };
  answers['GET groups?page=1'] = new Problem(401, 'not_signed_in');
  answers['GET sign-in'] = { host };
  await open();

  await pressed('Link groups');

  await soon(() => expect(document.querySelector('#messages')?.textContent).toContain('GitLab no longer accepts your sign-in.'));
  expect(document.querySelector('#groups')).toBeNull();
  expect(focused()).toBe('start-title');
});
