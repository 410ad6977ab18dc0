import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoff, Poller } from './Poller';

let hidden = false;

beforeEach(() => {
  hidden = false;
  vi.useFakeTimers();
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const poller = (load: () => Promise<number>, told = { value: vi.fn(), failed: vi.fn() }) => ({ told, poller: new Poller(load, { next: (_, unchanged) => backoff(1_000, 4_000, unchanged) }, told) });

describe('looking again and again', () => {
  it('is slower the longer nothing changes, and fast again when something does', async () => {
    let value = 1;
    const load = vi.fn(() => Promise.resolve(value));
    const { poller: mine } = poller(load);

    await mine.refresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(load).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(load).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(load).toHaveBeenCalledTimes(3);
    value = 2;
    await vi.advanceTimersByTimeAsync(2_250);
    expect(load).toHaveBeenCalledTimes(4);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(load).toHaveBeenCalledTimes(5);
    mine.end();
  });

  it('says whether there is anything new', async () => {
    const { poller: mine, told } = poller(() => Promise.resolve(7));

    await mine.refresh();
    await mine.refresh();

    expect(told.value.mock.calls).toEqual([
      [7, false],
      [7, true],
    ]);
    mine.end();
  });

  it('goes on after failures, ever slower, and recovers', async () => {
    let works = false;
    const load = vi.fn(() => (works ? Promise.resolve(1) : Promise.reject(new Error('down'))));
    const { poller: mine, told } = poller(load);

    await mine.refresh();
    await vi.advanceTimersByTimeAsync(4_000);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(load).toHaveBeenCalledTimes(2);
    works = true;
    await vi.advanceTimersByTimeAsync(4_000);

    expect(told.failed).toHaveBeenCalledTimes(2);
    expect(told.value).toHaveBeenCalledWith(1, false);
    mine.end();
  });

  it('never looks twice at a time', async () => {
    let running = 0;
    let most = 0;
    const { poller: mine } = poller(async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
      return 1;
    });

    await Promise.all([mine.refresh(), mine.refresh(), mine.refresh()]);

    expect(most).toBe(1);
    mine.end();
  });

  it('waits while nobody sees the page', async () => {
    const load = vi.fn(() => Promise.resolve(1));
    const { poller: mine } = poller(load);
    await mine.refresh();

    hidden = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(1);
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(0);

    expect(load).toHaveBeenCalledTimes(2);
    mine.end();
  });

  it('tells nothing after its end', async () => {
    const { poller: mine, told } = poller(() => Promise.resolve(1));
    const look = mine.refresh();

    mine.end();
    await look;

    expect(told.value).not.toHaveBeenCalled();
  });
});
