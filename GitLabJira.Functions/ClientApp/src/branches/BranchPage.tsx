import Button from '@atlaskit/button/default/button';
import Select from '@atlaskit/select';
import Spinner from '@atlaskit/spinner';
import { useEffect, useState } from 'react';
import { Problem, query, type Client } from '../api/client';
import type { SignInStarted } from '../api/types';
import { explain, explainSignIn } from '../shared/explain';
import { useFocusAfter, useFocused } from '../shared/focus';
import { Message } from '../shared/Message';
import { useMessages } from '../shared/useMessages';
import { useSignIn } from '../shared/useSignIn';
import { text } from '../texts';
import { BranchForm } from './BranchForm';
import type { BranchHost, BranchSession, CreatedBranch } from './types';

interface Opened {
  client: Client;
  session: BranchSession;
}

const ended = new Set(['ticket_used', 'session_ended']);

/** Creates a branch for a Jira issue with the person's own GitLab account. */
export function BranchPage({ opening, again }: { opening: Promise<Opened>; again(): Promise<Opened> }) {
  const [attempt, setAttempt] = useState(opening);
  const [open, setOpen] = useState<Opened>();
  const [problem, setProblem] = useState<Problem>();

  useEffect(() => {
    setProblem(undefined);
    attempt.then(setOpen, (thrown) => setProblem(Problem.of(thrown)));
  }, [attempt]);

  if (problem) {
    return (
      <main id="page" data-ready="true" className="lone">
        <section className="card start" role="alert">
          <h1>{text(ended.has(problem.reason) ? 'error.branchPage' : 'error.load')}</h1>
          <p>{explain(problem)}</p>
          {ended.has(problem.reason) ? null : (
            <Button appearance="primary" onClick={() => setAttempt(again())}>
              {text('action.tryAgain')}
            </Button>
          )}
        </section>
      </main>
    );
  }

  if (!open) {
    return (
      <main id="page" className="loading" role="status">
        <Spinner label={text('loading')} />
      </main>
    );
  }

  return <Open {...open} lost={setProblem} />;
}

function Open({ client, session, lost }: Opened & { lost(problem: Problem): void }) {
  const messages = useMessages();
  const [hosts, setHosts] = useState(session.hosts);
  const [chosen, setChosen] = useState(session.hosts[0]?.host);
  const [created, setCreated] = useState<CreatedBranch>();
  const host = hosts.find((one) => one.host === chosen);
  // Who signs in or out presses a button that goes with it.
  useFocusAfter(hosts, '#branch-project', '#branch-sign-in');

  const { signIn, step } = useSignIn<BranchHost>(
    {
      start: () => client.post<SignInStarted>('branches/sign-in', { host: chosen }),
      redeem: (code, state) => client.post<BranchHost>('branches/sign-in/redeem', { code, state }),
    },
    {
      signedIn(now) {
        messages.forget('sign-in');
        setHosts((all) => all.map((one) => (one.host === now.host ? now : one)));
      },
      failed(why) {
        if (why instanceof Problem && ended.has(why.reason)) lost(why);
        const mild = why === 'closed' || why === 'denied';
        messages.say({ kind: mild ? 'warning' : 'error', title: text(mild ? 'error.notSignedIn' : 'error.signIn'), text: explainSignIn(why), about: 'sign-in' });
      },
    },
  );

  const signOut = async () => {
    try {
      await client.remove(`branches/sign-in${query({ host: chosen })}`);
      setHosts((all) => all.map((one) => (one.host === chosen ? { host: one.host } : one)));
    } catch (thrown) {
      messages.failed(text('error.signOut'), Problem.of(thrown), 'sign-in');
    }
  };

  /** What the form cannot go on with: a session that has ended, or a sign-in that GitLab no longer accepts. */
  const failed = (problem: Problem): boolean => {
    if (ended.has(problem.reason)) lost(problem);
    else if (problem.reason === 'not_signed_in') {
      setHosts((all) => all.map((one) => (one.host === chosen ? { host: one.host } : one)));
      messages.failed(text('error.notSignedIn'), problem, 'sign-in');
    } else return false;
    return true;
  };

  const options = hosts.map((one) => ({ label: one.host.replace(/^https?:\/\//, ''), value: one.host }));

  return (
    <main id="page" data-ready="true" className="branch">
      <div id="messages">
        {messages.all.map((told) => (
          <Message key={told.about} told={told} dismiss={() => messages.forget(told.about)} />
        ))}
      </div>
      <section className="card" aria-labelledby="branch-title">
        <h1 id="branch-title">{session.issueKey ? text('branch.titleFor', { issue: session.issueKey }) : text('branch.title')}</h1>
        {session.issueSummary ? <p className="sub">{session.issueSummary}</p> : null}
        {created ? (
          <Created branch={created} />
        ) : hosts.length === 0 ? (
          <div className="sign-in">
            <h2>{text('error.noLinkedGroup')}</h2>
            <p className="hint">{text('error.noLinkedGroup.text')}</p>
          </div>
        ) : (
          <>
            {hosts.length > 1 ? (
              <div className="field">
                <label htmlFor="branch-host">{text('branch.host')}</label>
                <Select inputId="branch-host" options={options} value={options.find((option) => option.value === chosen) ?? null} onChange={(option) => setChosen(option?.value)} />
              </div>
            ) : null}
            {host?.user ? (
              <>
                <p className="as">
                  {text('account.as')}{' '}
                  <a href={host.user.webUrl} target="_blank" rel="noopener noreferrer">
                    @{host.user.username}
                  </a>{' '}
                  <Button appearance="subtle" spacing="compact" onClick={() => void signOut()}>
                    {text('account.signOut')}
                  </Button>
                </p>
                <BranchForm key={host.host} client={client} host={host.host} proposed={session.proposedName} failed={failed} created={setCreated} />
              </>
            ) : (
              <div className="sign-in">
                <h2 id="branch-sign-in" tabIndex={-1}>
                  {text('branch.signIn')}
                </h2>
                <p className="hint">{text('branch.signIn.text')}</p>
                <Button appearance="primary" onClick={() => void signIn.begin()} isDisabled={step === 'starting' || step === 'redeeming' || !host}>
                  {text('welcome.button')}
                </Button>
                {step === 'blocked' ? (
                  <div className="notice warn" role="alert">
                    <span>{text('error.popupBlocked')}</span>
                    <Button appearance="primary" spacing="compact" onClick={() => signIn.openAgain()}>
                      {text('popup.open')}
                    </Button>
                  </div>
                ) : null}
                {step === 'waiting' ? (
                  <p className="hint" role="status">
                    {text('popup.waits')}
                  </p>
                ) : null}
              </div>
            )}
          </>
        )}
      </section>
    </main>
  );
}

function Created({ branch }: { branch: CreatedBranch }) {
  const title = useFocused();
  return (
    <div className="done" role="status">
      <h2 tabIndex={-1} ref={title}>
        {text('branch.created')}
      </h2>
      <p>
        <a href={branch.webUrl} rel="noopener noreferrer">
          {text('branch.open', { name: branch.name })}
        </a>
      </p>
      <p className="hint">{text('branch.created.text')}</p>
    </div>
  );
}
