import { act } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, type Client } from '../api/client';
import { pressed, render, soon } from '../testing/render';
import { BranchPage } from './BranchPage';
import { openSession } from './session';
import type { BranchHost } from './types';

const host = 'https://gitlab.com';
const olivia: BranchHost = { host, user: { username: 'olivia', webUrl: `${host}/olivia` } };
const web = { id: 7, name: 'Web', path: 'acme/web', webUrl: `${host}/acme/web`, defaultBranch: 'main', canPush: true };

let answers: Record<string, unknown>;
const get = vi.fn((path: string) => {
  const answer = answers[decodeURIComponent(path)];
  return answer instanceof Problem ? Promise.reject(answer) : Promise.resolve(answer);
});
const client = { get, post: vi.fn(() => Promise.resolve({ name: 'SHOP-1', webUrl: web.webUrl })), remove: vi.fn(() => Promise.resolve({})) } as unknown as Client;

const opened = (hosts: BranchHost[]) => Promise.resolve({ client, session: { expiresAt: '', issueKey: 'SHOP-1', proposedName: 'SHOP-1', hosts } });
const open = (hosts: BranchHost[]) => render(<BranchPage opening={opened(hosts)} again={openSession} />);
const said = () => document.body.textContent;

/** Opens a list as a click does, and chooses from it. */
async function choose(field: string, option: string) {
  await soon(() => expect(document.querySelector(field)).not.toBeNull());
  await act(async () => document.querySelector(field)!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })));
  const found = () => [...document.querySelectorAll<HTMLElement>('[role=option]')].find((one) => one.textContent === option);
  await soon(() => expect(found(), `${option} in: ${said()}`).toBeDefined());
  await act(async () => found()!.click());
}

beforeEach(() => {
  get.mockClear();
  answers = {
    [`branches/projects?host=${host}`]: { projects: [web] },
    [`branches/projects/7?host=${host}`]: web,
    [`branches/projects/7/branches?host=${host}`]: { branches: [{ name: 'main', isDefault: true }, { name: 'next', isDefault: false }] },
  };
});

describe('the page that creates a branch', () => {
  it('says that no group is linked', async () => {
    await open([]);

    expect(said()).toContain('No GitLab group is linked yet');
    expect(said()).not.toContain('Sign in to GitLab');
  });

  it('is opened by another try after a failure, but not after its end', async () => {
    const again = vi.fn(() => Promise.reject(new Problem(401, 'ticket_used')));
    await render(<BranchPage opening={Promise.reject(new Problem(0, 'network'))} again={again} />);

    await pressed('Try again');

    expect(said()).toContain('Start again from the Jira issue');
    expect(document.querySelector('button')).toBeNull();
  });

  it('leads to the way back in after a sign-out', async () => {
    await open([olivia]);

    await pressed('Sign out');

    expect(document.activeElement?.id).toBe('branch-sign-in');
  });

  it('says that GitLab no longer accepts the sign-in, and leads to the next one', async () => {
    answers[`branches/projects?host=${host}`] = new Problem(401, 'not_signed_in');
    await open([olivia]);

    await soon(() => expect(document.activeElement?.id).toBe('branch-sign-in'));
    expect(said()).toContain('GitLab no longer accepts your sign-in.');
  });

  it('leads to the branch that was made', async () => {
    await open([olivia]);
    await choose('#branch-project', 'acme/web');

    await pressed('Create branch');

    expect(document.activeElement?.textContent).toBe('New branch was successfully created.');
  });
});

describe('a project', () => {
  const details = () => get.mock.calls.filter(([path]) => path.startsWith('branches/projects/7?')).length;

  it('leaves the source that somebody chose before it came', async () => {
    let come: (found: object) => void = () => undefined;
    answers[`branches/projects/7?host=${host}`] = new Promise((resolve) => (come = resolve));
    await open([olivia]);
    await choose('#branch-project', 'acme/web');
    await choose('#branch-source', 'next');

    await act(async () => come(web));

    expect(said()).toContain('next');
    expect(said()).not.toContain('main');
  });

  it('that could not be loaded is loaded by another try, or by choosing it again', async () => {
    answers[`branches/projects/7?host=${host}`] = new Problem(0, 'network');
    await open([olivia]);
    await choose('#branch-project', 'acme/web');
    await soon(() => expect(said()).toContain('Failed to load the project.'));

    await choose('#branch-project', 'acme/web');
    expect(details()).toBe(2);
    answers[`branches/projects/7?host=${host}`] = web;
    await pressed('Try again');

    expect(said()).not.toContain('Failed to load the project.');
    expect(said()).toContain('main');
  });
});
