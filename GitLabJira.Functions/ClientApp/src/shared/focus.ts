import { useEffect, useRef } from 'react';

/** For a heading that takes the focus when it comes in the place of what had it. */
export function useFocused() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}

/** After a change that may take away what had the focus: to the first of these places that stands. Not at first, when nobody has pressed anything. */
export function useFocusAfter(change: unknown, ...places: string[]): void {
  const before = useRef(change);
  useEffect(() => {
    if (before.current === change) return;
    before.current = change;
    places.map((place) => document.querySelector<HTMLElement>(place)).find((place) => place)?.focus();
  });
}
