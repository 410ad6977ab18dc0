import Button from '@atlaskit/button/default/button';
import { Component, type ReactNode } from 'react';
import { text } from '../texts';

/** What is left when a part of the page cannot be shown: after an update of the app an open page asks for files that are no more. */
export class ErrorBoundary extends Component<{ reload: () => void; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="lone">
        <section className="card start" role="alert">
          <h1>{text('error.page')}</h1>
          <p>{text('error.page.text')}</p>
          <Button appearance="primary" onClick={this.props.reload}>
            {text('action.reload')}
          </Button>
        </section>
      </main>
    );
  }
}
