import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/client';
import { SignIn } from './SignIn';

interface FakeWindow {
  closed: boolean;
  location: { replace: ReturnType<typeof vi.fn> };
  close: ReturnType<typeof vi.fn>;
  focus: ReturnType<typeof vi.fn>;
}

const fakeWindow = (): FakeWindow => ({ closed: false, location: { replace: vi.fn() }, close: vi.fn(), focus: vi.fn() });

let popup: FakeWindow | null;
const calls = { start: vi.fn(), redeem: vi.fn() };
const told = { step: vi.fn(), signedIn: vi.fn(), failed: vi.fn() };
let signIn: SignIn<string>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  popup = fakeWindow();
  vi.spyOn(window, 'open').mockImplementation(() => popup as unknown as Window);
  calls.start.mockResolvedValue({ authorizeUrl: 'https://gitlab.example/oauth/authorize', state: 'mine' });
  calls.redeem.mockResolvedValue('olivia');
  signIn = new SignIn<string>(calls, told);
  signIn.listen();
});

afterEach(() => {
  signIn.end();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function post(data: object, more: { origin?: string; source?: unknown } = {}): Promise<void> {
  const event = new MessageEvent('message', { data: { type: 'gitlab-sign-in', ...data }, origin: more.origin ?? location.origin });
  Object.defineProperty(event, 'source', { value: 'source' in more ? more.source : popup });
  window.dispatchEvent(event);
  await vi.advanceTimersByTimeAsync(0);
}

describe('a sign-in', () => {
  it('opens its window in the click, and sends it to GitLab when the app has answered', async () => {
    const begun = signIn.begin();
    expect(window.open).toHaveBeenCalledTimes(1);

    await begun;

    expect(popup?.location.replace).toHaveBeenCalledWith('https://gitlab.example/oauth/authorize');
    expect(told.step).toHaveBeenLastCalledWith('waiting');
  });

  it('hands in the code that its own window posts', async () => {
    await signIn.begin();

    await post({ code: 'code', state: 'mine', error: null });

    expect(calls.redeem).toHaveBeenCalledWith('code', 'mine');
    expect(told.signedIn).toHaveBeenCalledWith('olivia');
    expect(told.failed).not.toHaveBeenCalled();
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another window', { source: null }],
  ])('hears nothing from %s', async (_, from) => {
    await signIn.begin();

    await post({ code: 'code', state: 'mine', error: null }, from);

    expect(calls.redeem).not.toHaveBeenCalled();
    expect(told.step).toHaveBeenLastCalledWith('waiting');
  });

  it('takes no answer of another sign-in', async () => {
    await signIn.begin();

    await post({ code: 'code', state: 'theirs', error: null });

    expect(calls.redeem).not.toHaveBeenCalled();
    expect(told.failed).toHaveBeenCalledWith('other');
  });

  it.each([
    ['access_denied', 'denied'],
    ['server_error', 'ended'],
  ])('tells %s', async (error, why) => {
    await signIn.begin();

    await post({ code: null, state: 'mine', error });

    expect(told.failed).toHaveBeenCalledWith(why);
  });

  it('notices that its window was closed', async () => {
    await signIn.begin();

    popup!.closed = true;
    await vi.advanceTimersByTimeAsync(2_000);

    expect(told.failed).toHaveBeenCalledWith('closed');
    expect(told.step).toHaveBeenLastCalledWith('idle');
  });

  it('hears what its window posted just before it closed', async () => {
    await signIn.begin();

    popup!.closed = true;
    await vi.advanceTimersByTimeAsync(600);
    await post({ code: 'code', state: 'mine', error: null });
    await vi.advanceTimersByTimeAsync(5_000);

    expect(told.signedIn).toHaveBeenCalledWith('olivia');
    expect(told.failed).not.toHaveBeenCalled();
  });

  it('opens a blocked window with the next click', async () => {
    const later = popup;
    popup = null;
    await signIn.begin();
    expect(told.step).toHaveBeenLastCalledWith('blocked');

    popup = later;
    signIn.openAgain();

    expect(window.open).toHaveBeenLastCalledWith('https://gitlab.example/oauth/authorize', 'gitlab-sign-in', expect.any(String));
    expect(told.step).toHaveBeenLastCalledWith('waiting');
  });

  it('closes its window when the app refuses', async () => {
    const refused = new Problem(403, 'not_site_admin');
    calls.start.mockRejectedValue(refused);

    await signIn.begin();

    expect(popup?.close).toHaveBeenCalled();
    expect(told.failed).toHaveBeenCalledWith(refused);
  });
});
