import { useEffect, useReducer } from 'react';

/** Draws a component anew each minute: what it says of times grows old though nothing new comes. */
export function useMinutes(): void {
  const [, passed] = useReducer((minutes: number) => minutes + 1, 0);
  useEffect(() => {
    const timer = setInterval(passed, 60_000);
    return () => clearInterval(timer);
  }, []);
}
