import { setBooleanFeatureFlagResolver } from '@atlaskit/platform-feature-flags';
import { act, type ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, vi } from 'vitest';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

// As for the page.
setBooleanFeatureFlagResolver((flag) => flag === 'platform-dst-top-layer');

const roots: Root[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) act(() => root.unmount());
  document.body.replaceChildren();
});

/** Shows something as the page does, and waits for what it asks at once. */
export async function render(element: ReactElement): Promise<{ show(next: ReactElement): Promise<void> }> {
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  roots.push(root);
  const show = (next: ReactElement) => act(async () => root.render(next));
  await show(element);
  return { show };
}

/** Runs a hook as a component would; `current` is what it gave last. */
export async function renderHook<P, R>(hook: (props: P) => R, props: P): Promise<{ readonly current: R; show(next: P): Promise<void> }> {
  const given: R[] = [];
  const Host = ({ with: all }: { with: P }) => {
    given[0] = hook(all);
    return null;
  };
  const { show } = await render(<Host with={props} />);
  return {
    get current() {
      return given[0] as R;
    },
    show: (next) => show(<Host with={next} />),
  };
}

/** Waits for what comes later, such as parts of the page that are loaded when they are needed. */
export const soon = (check: () => void): Promise<void> =>
  vi.waitFor(
    async () => {
      await act(() => new Promise((done) => setTimeout(done)));
      check();
    },
    { timeout: 4_000 },
  );

export const pressed = (name: string): Promise<void> => act(async () => button(name).click());

export function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((one) => (one.ariaLabel ?? one.getAttribute('aria-label') ?? one.textContent) === name);
  if (!found) throw new Error(`No button "${name}" in: ${document.body.textContent}`);
  return found;
}
