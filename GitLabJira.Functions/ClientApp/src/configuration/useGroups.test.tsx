import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, type Client } from '../api/client';
import { renderHook } from '../testing/render';
import { useGroups } from './useGroups';

const get = vi.fn();
const client = { get } as unknown as Client;
const failed = vi.fn();
const answer = (name: string) => ({ groups: [{ id: 1, name }], page: 1, hasMore: false });
const wait = (span: number) => act(() => vi.advanceTimersByTimeAsync(span));
const shown = (typed: string) => renderHook((now: string) => useGroups(client, now, failed), typed);

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  get.mockImplementation((path: string) => Promise.resolve(answer(path)));
});
afterEach(() => vi.useRealTimers());

describe('the groups of a search', () => {
  it('are asked for half a second after the last letter', async () => {
    const groups = await shown('');
    await groups.show('sho');
    await groups.show('shop');
    expect(groups.current.busy).toBe(true);
    await wait(500);

    expect(get.mock.calls).toEqual([['groups?page=1'], ['groups?search=shop&page=1']]);
    expect(groups.current).toMatchObject({ busy: false, search: 'shop' });
  });

  it('can be chosen again after a letter that was taken back', async () => {
    const groups = await shown('');
    await groups.show('shop');
    await wait(500);

    await groups.show('shopx');
    await wait(200);
    await groups.show('shop');

    expect(groups.current.busy).toBe(false);
    expect(get).toHaveBeenCalledTimes(2);
  });

  it('come although somebody typed and deleted while they were on their way', async () => {
    let come: (page: object) => void = () => undefined;
    get.mockReturnValue(new Promise((resolve) => (come = resolve)));
    const groups = await shown('');

    await groups.show('sho');
    await groups.show('');
    await act(async () => come(answer('acme')));

    expect(groups.current.busy).toBe(false);
    expect(groups.current.found?.groups[0]?.name).toBe('acme');
  });

  it('are not those of an earlier search that comes late', async () => {
    let late: (page: object) => void = () => undefined;
    get.mockImplementationOnce(() => new Promise((resolve) => (late = resolve)));
    const groups = await shown('');
    await groups.show('shop');
    await wait(500);

    await act(async () => late(answer('all')));

    expect(groups.current.found?.groups[0]?.name).toBe('groups?search=shop&page=1');
  });

  it('go when they cannot be had, and come with another try', async () => {
    get.mockRejectedValueOnce(new Problem(0, 'network'));
    const groups = await shown('');
    expect(groups.current).toMatchObject({ busy: false, found: undefined });
    expect(failed).toHaveBeenCalledTimes(1);

    await act(async () => groups.current.again());

    expect(groups.current.found).toBeDefined();
  });
});
