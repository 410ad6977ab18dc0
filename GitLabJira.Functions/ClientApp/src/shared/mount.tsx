import '@atlaskit/css-reset';
import 'virtual:token-styles.css';
import './page.css';
import { setBooleanFeatureFlagResolver } from '@atlaskit/platform-feature-flags';
import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from './ErrorBoundary';

// Dialogs as the browser's own: in the top layer, and without styles that the content security policy forbids.
setBooleanFeatureFlagResolver((flag) => flag === 'platform-dst-top-layer');

export function mount(page: ReactNode, reload: () => void): void {
  createRoot(document.querySelector('#root')!).render(
    <StrictMode>
      <ErrorBoundary reload={reload}>{page}</ErrorBoundary>
    </StrictMode>,
  );
}
