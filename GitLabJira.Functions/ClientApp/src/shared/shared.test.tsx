import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/client';
import { render, renderHook } from '../testing/render';
import { useFocusAfter } from './focus';
import { useMinutes } from './useMinutes';
import { usePolled } from './usePolled';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const wait = (span: number) => act(() => vi.advanceTimersByTimeAsync(span));

describe('what is looked at again and again', () => {
  const load = vi.fn<() => Promise<string>>();
  const shown = () => renderHook(() => usePolled('links', load, { next: () => 1_000 }), undefined);

  it('has one and the same problem while looks fail alike: whoever dismissed it does not get it again', async () => {
    load.mockImplementation(() => Promise.reject(new Problem(0, 'network')));
    const polled = await shown();
    const { problem } = polled.current;

    await wait(4_000);

    expect(load).toHaveBeenCalledTimes(2);
    expect(polled.current.problem).toBe(problem);
  });

  it('has another problem when something else is amiss, or the same is after it was not', async () => {
    load.mockReset().mockRejectedValueOnce(new Problem(0, 'network')).mockRejectedValueOnce(new Problem(503, 'unknown')).mockResolvedValueOnce('fine').mockRejectedValueOnce(new Problem(503, 'unknown'));
    const polled = await shown();

    await act(() => polled.current.refresh());
    expect(polled.current.problem?.status).toBe(503);
    await act(() => polled.current.refresh());
    expect(polled.current.problem).toBeUndefined();
    await act(() => polled.current.refresh());
    expect(polled.current.problem?.status).toBe(503);
  });
});

it('times are told anew each minute', async () => {
  const told = vi.fn();
  const Told = () => {
    useMinutes();
    told();
    return null;
  };
  await render(<Told />);

  await wait(60_000);

  expect(told).toHaveBeenCalledTimes(2);
});

describe('the focus', () => {
  const Page = ({ view }: { view: string }) => {
    useFocusAfter(view, '#none', `#${view}`);
    return (
      <h2 id={view} tabIndex={-1}>
        {view}
      </h2>
    );
  };

  it('stays where it is at first', async () => {
    await render(<Page view="list" />);

    expect(document.activeElement).toBe(document.body);
  });

  it('goes to what came in the place of what had it', async () => {
    const page = await render(<Page view="link" />);

    await page.show(<Page view="list" />);

    expect(document.activeElement?.id).toBe('list');
  });
});
