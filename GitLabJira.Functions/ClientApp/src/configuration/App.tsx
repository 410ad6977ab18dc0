import Spinner from '@atlaskit/spinner';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Problem, type Client } from '../api/client';
import type { FirstLook, SignInStarted, SignInStatus } from '../api/types';
import type { Host } from '../host/Host';
import { explainSignIn, isSessionLost } from '../shared/explain';
import { Message } from '../shared/Message';
import { useMessages } from '../shared/useMessages';
import { useSignIn } from '../shared/useSignIn';
import { text } from '../texts';
import { Account } from './Account';
import { Home } from './Home';
import { NoAccess } from './NoAccess';
import { PageContext, type Page } from './Page';
import { Popup } from './Popup';

interface Props {
  client: Client;
  host: Host;
  /** Missing where the app had no answer yet when it sent the page. */
  first: FirstLook | undefined;
}

/** The configuration page: who may see it, who is signed in, and what happens on it. */
export function App({ client, host, first }: Props) {
  const messages = useMessages();
  const [status, setStatus] = useState(first?.signIn);
  const [refused, setRefused] = useState<Problem>();
  const place = useRef<HTMLDivElement>(null);

  const askStatus = useCallback(async () => {
    try {
      setStatus(await client.get<SignInStatus>('sign-in'));
      setRefused(undefined);
    } catch (thrown) {
      setRefused(Problem.of(thrown));
    }
  }, [client]);

  useEffect(() => {
    if (!first) void askStatus();
  }, [first, askStatus]);

  const { signIn, step } = useSignIn<SignInStatus>(
    {
      start: () => client.post<SignInStarted>('sign-in'),
      redeem: (code, state) => client.post<SignInStatus>('sign-in/redeem', { code, state }),
    },
    {
      signedIn(now) {
        messages.forget('sign-in');
        setStatus(now);
      },
      failed(why) {
        const mild = why === 'closed' || why === 'denied';
        messages.say({ kind: mild ? 'warning' : 'error', title: text(mild ? 'error.notSignedIn' : 'error.signIn'), text: explainSignIn(why), about: 'sign-in' });
      },
    },
  );

  const begin = useCallback(() => {
    messages.forget('sign-in');
    void signIn.begin();
  }, [messages, signIn]);

  const page = useMemo<Page | undefined>(() => (status ? { client, host, messages, status, askStatus, signIn: begin } : undefined), [client, host, messages, status, askStatus, begin]);

  const { all } = messages;
  const before = useRef(all);
  const blocked = step === 'blocked';
  // Nobody should miss what is new, and nobody should be torn away when something old goes.
  useEffect(() => {
    if (blocked || (all[0] && !before.current.includes(all[0]))) place.current?.scrollIntoView({ block: 'nearest' });
    before.current = all;
  }, [all, blocked]);

  if (refused && (!status || refused.status === 403 || isSessionLost(refused))) return <NoAccess problem={refused} again={() => void askStatus()} host={host} />;

  if (!page) {
    return (
      <main id="page" aria-busy="true" className="loading" role="status">
        <Spinner label={text('loading')} />
      </main>
    );
  }

  return (
    <PageContext.Provider value={page}>
      <main id="page" data-ready="true">
        <header className="head">
          <div>
            <h1>{text('page.title')}</h1>
            <p className="lead">{text('page.lead')}</p>
          </div>
          {page.status.user ? <Account signedOut={() => setStatus({ host: page.status.host })} /> : null}
        </header>
        <div ref={place}>
          <div id="messages">
            {all.map((told) => (
              <Message key={told.about} told={told} dismiss={() => messages.forget(told.about)} />
            ))}
          </div>
          <Popup step={step} signIn={signIn} />
        </div>
        <Home step={step} lost={setRefused} gitLab={first?.gitLab} />
      </main>
    </PageContext.Provider>
  );
}
