import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSession } from './session';

const answer = (status: number, body: object) => Promise.resolve(new Response(JSON.stringify(body), { status }));
const send = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('fetch', send);
  sessionStorage.clear();
  location.hash = '#ticket=t1';
});
afterEach(() => {
  vi.unstubAllGlobals();
  send.mockReset();
});

describe('a ticket', () => {
  it('is gone from the address when it gave a session', async () => {
    send.mockReturnValue(answer(200, { session: 's1', hosts: [] }));

    await openSession();

    expect(location.hash).toBe('');
    expect(sessionStorage.getItem('branch-session')).toBe('s1');
  });

  it('can be used again after a call that never arrived', async () => {
    send.mockRejectedValueOnce(new TypeError('Failed to fetch')).mockReturnValueOnce(answer(200, { session: 's1', hosts: [] }));

    await expect(openSession()).rejects.toMatchObject({ reason: 'network' });
    await openSession();

    expect(send).toHaveBeenLastCalledWith('../branches/session', expect.objectContaining({ body: '{"ticket":"t1"}' }));
  });

  it('of before does not stand in the way of a session that is there', async () => {
    send.mockReturnValueOnce(answer(200, { session: 's1', hosts: [] })).mockReturnValueOnce(answer(200, { hosts: [] }));
    await openSession();

    await openSession();

    expect(send.mock.calls.map(([path, init]) => `${init?.method} ${String(path)}`)).toEqual(['POST ../branches/session', 'GET ../branches/session']);
  });
});
