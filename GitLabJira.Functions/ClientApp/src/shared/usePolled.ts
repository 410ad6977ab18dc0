import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from '../api/client';
import { Poller, type Pace } from './Poller';

export interface Polled<T> {
  /** The newest answer; stays while a look fails. */
  value: T | undefined;
  problem: Problem | undefined;
  refresh(): Promise<void>;
}

/** Keeps an answer of the app current while the component stands. `key` names what is looked at. */
export function usePolled<T>(key: string, load: () => Promise<T>, pace: Pace<T>): Polled<T> {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<Problem>();
  const poller = useRef<Poller<T> | undefined>(undefined);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    setValue(undefined);
    setProblem(undefined);
    const mine = new Poller<T>(() => latest.current(), pace, {
      value(answer, same) {
        setProblem(undefined);
        if (!same) setValue(answer);
      },
      failed(thrown) {
        const newest = Problem.of(thrown);
        // The same again is no news: who read it and dismissed it need not do so after each look.
        setProblem((known) => (newest.like(known) ? known : newest));
      },
    });
    poller.current = mine;
    void mine.refresh();
    return () => mine.end();
    // Paces are constants of their modules.
  }, [key]);

  const refresh = useCallback(() => poller.current?.refresh() ?? Promise.resolve(), []);
  return { value, problem, refresh };
}
