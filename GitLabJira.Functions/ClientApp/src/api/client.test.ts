import { describe, expect, it, vi } from 'vitest';
import { NobodyKnown } from '../host/Host';
import { Client, Problem, query } from './client';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
const failing = (status: number, body: unknown, headers = {}) => new Client(() => Promise.resolve(answer(status, body, headers)), '');
const problemOf = (call: Promise<unknown>): Promise<Problem> => call.then(() => Promise.reject(new Error('It worked.')), (thrown: unknown) => thrown as Problem);

describe('a call', () => {
  it('goes below the base, with JSON when there is a body', async () => {
    const send = vi.fn(() => Promise.resolve(answer(200, { reason: 'ok' })));
    const client = new Client(send, 'configuration/');

    await client.post('links', { groupId: 7 });
    await client.remove('sign-in');

    expect(send).toHaveBeenNthCalledWith(1, 'configuration/links', expect.objectContaining({ method: 'POST', body: '{"groupId":7}' }));
    expect(send).toHaveBeenNthCalledWith(2, 'configuration/sign-in', { method: 'DELETE', headers: { Accept: 'application/json' } });
  });

  it('tells the version of what it shows', async () => {
    const client = new Client(() => Promise.resolve(answer(200, { version: 3 }, { ETag: '"3"' })), '');

    expect(await client.call('GET', 'settings')).toEqual({ body: { version: 3 }, etag: '"3"' });
  });

  it('fails with the reason of the app', async () => {
    const problem = await problemOf(failing(409, { reason: 'sync_running', detail: 'This group is being synchronised.', runId: 'r1' }).post('sync', {}));

    expect(problem).toMatchObject({ status: 409, reason: 'sync_running', detail: 'This group is being synchronised.' });
    expect(problem.more.runId).toBe('r1');
  });

  it('knows how long to wait where somebody named that', async () => {
    const problem = await problemOf(failing(503, { reason: 'gitlab_rate_limited' }, { 'Retry-After': '30' }).get('groups'));

    expect(problem.more.retryAfter).toBe(30);
  });

  it('does not stumble over a page of a gateway', async () => {
    expect(await problemOf(failing(502, '<html>Bad gateway</html>').get('links'))).toMatchObject({ status: 502, reason: 'unknown' });
  });

  it.each([
    [new TypeError('Failed to fetch'), 'network'],
    [new NobodyKnown('no_token'), 'no_token'],
    [new NobodyKnown('no_bridge'), 'no_bridge'],
  ])('that never arrived says why: %s', async (thrown, reason) => {
    expect(await problemOf(new Client(() => Promise.reject(thrown), '').get('links'))).toMatchObject({ status: 0, reason });
  });
});

describe('a query', () => {
  it('holds what is set, encoded', () => {
    expect(query({ search: 'a&b', page: 2, after: undefined, empty: '' })).toBe('?search=a%26b&page=2');
    expect(query({ after: undefined })).toBe('');
  });
});
