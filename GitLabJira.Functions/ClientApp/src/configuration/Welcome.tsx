import Button from '@atlaskit/button/default/button';
import { lazy, Suspense, useState } from 'react';
import type { GitLabVersion } from '../api/types';
import type { SignInStep } from '../shared/SignIn';
import { text } from '../texts';
import { usePage } from './Page';

const VersionDialog = lazy(() => import('./VersionDialog').then(({ VersionDialog }) => ({ default: VersionDialog })));

interface Props {
  step: SignInStep;
  /** Nothing is linked yet. */
  first: boolean;
  version: GitLabVersion | undefined;
  changed(version: GitLabVersion): void;
}

/** Before somebody is signed in: which GitLab, what access is asked for and why, and the way in. */
export function Welcome({ step, first, version, changed }: Props) {
  const page = usePage();
  const [choosing, setChoosing] = useState(false);

  return (
    <section id="start" className="card start" aria-labelledby="start-title">
      <Mark />
      <h2 id="start-title" tabIndex={-1}>{text(first ? 'welcome.title' : 'welcome.signIn')}</h2>
      <p>{text('welcome.text')}</p>
      {version ? (
        <p className="version">
          {text('version.is', { host: hostName(version.host) })}{' '}
          <Button appearance="subtle" spacing="compact" onClick={() => setChoosing(true)}>
            {text('version.change')}
          </Button>
        </p>
      ) : null}
      <div className="start-button">
        <Button appearance="primary" onClick={page.signIn} isDisabled={step === 'starting' || step === 'redeeming'}>
          {text('welcome.button')}
        </Button>
      </div>
      <div className="asked">
        <div>
          <h3>{text('access.title')}</h3>
          <ul>
            <li>{text('access.read')}</li>
            <li>{text('access.hooks')}</li>
            <li>{text('access.nothingElse')}</li>
            <li>{text('access.sealed')}</li>
          </ul>
        </div>
        <div>
          <h3>{text('notice.title')}</h3>
          <ul>
            <li>{text('notice.private')}</li>
            <li>{text('notice.otherApp')}</li>
          </ul>
        </div>
      </div>
      {choosing && version ? (
        <Suspense fallback={null}>
          <VersionDialog version={version} close={() => setChoosing(false)} changed={changed} />
        </Suspense>
      ) : null}
    </section>
  );
}

/** A host as people call it. */
export const hostName = (host: string): string => (host === 'https://gitlab.com' ? 'GitLab.com' : host.replace(/^https?:\/\//, ''));

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 112 40" aria-hidden="true">
      <rect width="40" height="40" rx="8" fill="#fdf1ef" />
      <path d="M20 30 10 21.5l2.8-9.5 3.1 6.5h8.2l3.1-6.5 2.8 9.5z" fill="#fc6d26" />
      <path d="M48 20h16" stroke="currentColor" strokeWidth="2" strokeDasharray="2 5" strokeLinecap="round" />
      <rect x="72" width="40" height="40" rx="8" fill="#e9f2ff" />
      <path d="M83 14h18M83 20h13M83 26h16" stroke="#0c66e4" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
