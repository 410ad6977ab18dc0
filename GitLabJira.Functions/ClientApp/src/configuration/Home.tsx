import Spinner from '@atlaskit/spinner';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from '../api/client';
import type { GitLabVersion, Link, LinkList } from '../api/types';
import { explain, isSessionLost } from '../shared/explain';
import { useFocusAfter } from '../shared/focus';
import { bringMessageBox } from '../shared/Message';
import { backoff, type Pace } from '../shared/Poller';
import type { SignInStep } from '../shared/SignIn';
import { useMinutes } from '../shared/useMinutes';
import { usePolled } from '../shared/usePolled';
import { text } from '../texts';
import { LinkedGroups } from './LinkedGroups';
import { usePage } from './Page';
import { Welcome } from './Welcome';

const LinkPage = lazy(() => import('./LinkPage').then(({ LinkPage }) => ({ default: LinkPage })));
const TrailPage = lazy(() => import('./TrailPage').then(({ TrailPage }) => ({ default: TrailPage })));

export type View = { name: 'list' } | { name: 'link'; id: string; path: string } | { name: 'trail'; link?: string };

const moving = new Set(['linking', 'unlinking', 'syncing', 'waiting']);

/** Two seconds while something moves, slower when it does not move on; twenty while nothing does. */
const pace: Pace<LinkList> = {
  next: ({ links }, unchanged) => (links.some((link) => moving.has(link.status)) ? backoff(2_000, 15_000, unchanged) : backoff(20_000, 60_000, unchanged)),
};

interface Props {
  step: SignInStep;
  lost(problem: Problem): void;
  /** What came with the page. */
  gitLab: GitLabVersion | undefined;
}

/** What is to be seen once it is clear who is there: the sign-in, the linked groups, or one of them. */
export function Home({ step, lost, gitLab }: Props) {
  const { client, messages, status, askStatus } = usePage();
  const [view, setView] = useState<View>({ name: 'list' });
  const [version, setVersion] = useState(gitLab);
  const links = usePolled<LinkList>('links', () => client.get<LinkList>('links'), pace);
  const { say, failed, forget } = messages;
  useMinutes();

  const askVersion = useCallback(async () => {
    forget('gitlab');
    try {
      setVersion(await client.get<GitLabVersion>('gitlab'));
    } catch (thrown) {
      say({ kind: 'error', title: text('error.load'), text: explain(Problem.of(thrown)), about: 'gitlab', action: { name: text('action.tryAgain'), run: () => void askVersion() } });
    }
  }, [client, say, forget]);

  useEffect(() => {
    if (!gitLab) void askVersion();
  }, [askVersion, gitLab]);

  const listed = links.value !== undefined;
  useEffect(() => {
    if (listed) void bringMessageBox();
  }, [listed]);

  useEffect(() => {
    const { problem } = links;
    if (!problem) forget('links');
    else if (isSessionLost(problem) || problem.status === 403) lost(problem);
    else failed(text('error.links'), problem, 'links');
  }, [links.problem, failed, forget, lost]);

  // A sign-in may change what is shown, and who may do what; also one of the same person, whose permission had ended. Each brings a status of its own.
  const known = useRef(status);
  useEffect(() => {
    if (known.current === status) return;
    known.current = status;
    void links.refresh();
  }, [status, links.refresh]);

  const list = links.value;
  const shown: Link | undefined = view.name === 'link' ? list?.links.find((link) => link.id === view.id) : undefined;
  const gone = view.name === 'link' && list && !shown ? view.path : undefined;

  useEffect(() => {
    if (!gone) return;
    say({ kind: 'information', title: text('linked.gone', { group: gone }), about: 'gone' });
    setView({ name: 'list' });
  }, [gone, say]);

  // The other views take the focus themselves, as they come later.
  useFocusAfter(view, '#linked-title', '#start-title');
  useFocusAfter(status.user !== undefined, '#open-groups', '#start-title', '#link-title', '#trail-title');

  const changed = (now: GitLabVersion) => {
    setVersion(now);
    void askStatus();
  };

  if (view.name === 'link' && shown) {
    return (
      <Suspense fallback={<Loading />}>
        <LinkPage key={shown.id} link={shown} refresh={links.refresh} back={() => setView({ name: 'list' })} />
      </Suspense>
    );
  }

  if (view.name === 'trail') {
    return (
      <Suspense fallback={<Loading />}>
        <TrailPage links={list?.links ?? []} back={() => setView({ name: 'list' })} />
      </Suspense>
    );
  }

  return (
    <>
      {status.user ? null : (
        <Welcome
          step={step}
          first={list?.links.length === 0}
          version={version}
          changed={changed}
        />
      )}
      {list ? (
        <LinkedGroups
          list={list}
          refresh={links.refresh}
          open={setView}
          version={version}
          changed={changed}
        />
      ) : links.problem ? null : (
        <Loading />
      )}
    </>
  );
}

function Loading() {
  return (
    <div className="loading" role="status">
      <Spinner label={text('loading')} />
    </div>
  );
}
