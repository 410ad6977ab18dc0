import { useCallback, useMemo, useState } from 'react';
import type { Problem } from '../api/client';
import { explain } from './explain';
import type { Told } from './Message';

export interface Messages {
  all: Told[];
  say(told: Told): void;
  /** GitLab's own sentence first, the true reason after it. */
  failed(title: string, problem: Problem, about: string): void;
  forget(about: string): void;
}

export function useMessages(): Messages {
  const [all, setAll] = useState<Told[]>([]);
  const forget = useCallback((about: string) => setAll((now) => (now.some((told) => told.about === about) ? now.filter((told) => told.about !== about) : now)), []);
  const say = useCallback((told: Told) => setAll((now) => [told, ...now.filter((other) => other.about !== told.about)]), []);
  const failed = useCallback((title: string, problem: Problem, about: string) => say({ kind: 'error', title, text: explain(problem), about }), [say]);
  return useMemo(() => ({ all, say, failed, forget }), [all, say, failed, forget]);
}
