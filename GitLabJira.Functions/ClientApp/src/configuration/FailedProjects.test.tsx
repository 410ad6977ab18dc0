import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../api/client';
import type { Link } from '../api/types';
import { button, pressed, render } from '../testing/render';
import { FailedProjects } from './FailedProjects';
import { PageContext, type Page } from './Page';

const project = (id: number, run: string) => ({ id, path: `acme/p${id}`, state: 'failed', error: 'GitLab answered 500.', run });
const [get, post, retried] = [vi.fn(), vi.fn(), vi.fn()];
const page = { client: { get, post } as unknown as Client, messages: { say: vi.fn(), failed: vi.fn() } } as unknown as Page;
const failed = (asOf = 'r2 completed 0') => (
  <PageContext.Provider value={page}>
    <FailedProjects link={{ id: 'l', groupPath: 'acme' } as Link} asOf={asOf} blocked={false} retried={retried} />
  </PageContext.Provider>
);
const title = () => document.querySelector('h3')?.textContent;

beforeEach(() => {
  vi.resetAllMocks();
  get.mockResolvedValue({ projects: [project(1, 'r1'), project(2, 'r2')] });
});

describe('projects that failed', () => {
  it('are those of all syncs of the group', async () => {
    await render(failed());

    expect(get).toHaveBeenCalledWith('links/l/projects?state=failed');
    expect(title()).toBe('2 projects failed');
  });

  it('are tried again one by one in the sync that read them last, and the others stay', async () => {
    await render(failed());
    get.mockResolvedValue({ projects: [project(2, 'r2')] });

    await pressed('Try acme/p1 again');

    expect(post).toHaveBeenCalledWith('links/l/runs/r1/retry', { project: 1 });
    expect(title()).toBe('One project failed');
    button('Try acme/p2 again');
  });

  it('are tried again all at once', async () => {
    await render(failed());

    await pressed('Try all again');

    expect(post).toHaveBeenCalledWith('links/l/retry', {});
    expect(retried).toHaveBeenCalledTimes(1);
  });

  it('are looked for again when a sync has come further', async () => {
    const shown = await render(failed());

    get.mockResolvedValue({ projects: [] });
    await shown.show(failed('r3 completed 0'));

    expect(title()).toBeUndefined();
  });

  it('are more than are shown while there is a next page', async () => {
    get.mockResolvedValueOnce({ projects: [project(3, 'r1'), project(4, 'r1')], next: '7' });
    await render(failed());
    expect(title()).toBe('More than 2 projects failed');

    await pressed('Show more');

    expect(get).toHaveBeenLastCalledWith('links/l/projects?state=failed&after=7');
    expect(title()).toBe('4 projects failed');
  });
});
