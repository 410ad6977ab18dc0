import Button from '@atlaskit/button/default/button';
import Spinner from '@atlaskit/spinner';
import { lazy, Suspense, useRef, useState } from 'react';
import { Problem } from '../api/client';
import type { GitLabVersion, Link, LinkAnswer, LinkList, MoveAnswer } from '../api/types';
import { text } from '../texts';
import type { View } from './Home';
import { usePage } from './Page';
import { hostName } from './Welcome';

const LinksTable = lazy(() => import('./LinksTable').then(({ LinksTable }) => ({ default: LinksTable })));
const LinkGroupsDialog = lazy(() => import('./LinkGroupsDialog').then(({ LinkGroupsDialog }) => ({ default: LinkGroupsDialog })));
const ResyncDialog = lazy(() => import('./ResyncDialog').then(({ ResyncDialog }) => ({ default: ResyncDialog })));
const UnlinkDialog = lazy(() => import('./UnlinkDialog').then(({ UnlinkDialog }) => ({ default: UnlinkDialog })));
const VersionDialog = lazy(() => import('./VersionDialog').then(({ VersionDialog }) => ({ default: VersionDialog })));

interface Props {
  list: LinkList;
  refresh(): Promise<void>;
  open(view: View): void;
  version: GitLabVersion | undefined;
  changed(version: GitLabVersion): void;
}

/** The groups whose work shows in this site, by GitLab server. */
export function LinkedGroups({ list, refresh, open, version, changed }: Props) {
  const { messages, status } = usePage();
  const [dialog, setDialog] = useState<{ name: 'link' } | { name: 'version' } | { name: 'unlink' | 'resync'; link: Link }>();
  const title = useRef<HTMLHeadingElement>(null);
  const { links } = list;
  const signedIn = status.user !== undefined;
  const hosts = [...new Set(links.map((link) => link.host))];

  if (!signedIn && links.length === 0 && !list.earlier?.length) return null;

  const linked = (answer: LinkAnswer, path: string) => {
    setDialog(undefined);
    messages.say(
      answer.reason === 'linked'
        ? { kind: 'success', title: text('link.done'), text: text('link.done.text', { group: path }), about: 'link' }
        : { kind: 'warning', title: text('link.goesOn'), text: answer.message, about: 'link' },
    );
    void refresh();
  };

  return (
    <section id="linked" className="card" aria-labelledby="linked-title">
      <div className="card-head">
        <h2 id="linked-title" tabIndex={-1} ref={title}>
          {text('linked.title')}
        </h2>
        <div className="buttons">
          {links.length > 0 ? (
            <Button appearance="subtle" onClick={() => open({ name: 'trail' })}>
              {text('trail.title')}
            </Button>
          ) : null}
          {signedIn && version ? (
            <Button appearance="subtle" onClick={() => setDialog({ name: 'version' })}>
              {text('version.change')}
            </Button>
          ) : null}
          {signedIn ? (
            <Button appearance="primary" id="open-groups" onClick={() => setDialog({ name: 'link' })}>
              {text('link.open')}
            </Button>
          ) : null}
        </div>
      </div>
      {list.earlier?.length ? <Earlier paths={list.earlier} refresh={refresh} /> : null}
      {links.length === 0 ? (
        <div className="empty">
          <h3>{text('linked.none')}</h3>
          <p>{text(signedIn ? 'linked.none.text' : 'linked.none.signIn')}</p>
        </div>
      ) : (
        <Suspense fallback={<div className="loading" role="status"><Spinner label={text('loading')} /></div>}>
          {hosts.map((host) => (
            <LinksTable
              key={host}
              host={hosts.length > 1 || host !== status.host ? hostName(host) : undefined}
              links={links.filter((link) => link.host === host)}
              refresh={refresh}
              open={(link) => open({ name: 'link', id: link.id, path: link.groupPath })}
              unlink={(link) => setDialog({ name: 'unlink', link })}
              resync={(link) => setDialog({ name: 'resync', link })}
            />
          ))}
        </Suspense>
      )}
      <Suspense fallback={null}>
        {dialog?.name === 'link' ? <LinkGroupsDialog close={() => setDialog(undefined)} linked={linked} /> : null}
        {dialog?.name === 'version' && version ? <VersionDialog version={version} close={() => setDialog(undefined)} changed={changed} /> : null}
        {dialog?.name === 'resync' ? <ResyncDialog link={dialog.link} close={() => setDialog(undefined)} started={() => void refresh()} /> : null}
        {dialog?.name === 'unlink' ? <UnlinkDialog link={dialog.link} close={() => setDialog(undefined)} refresh={refresh} title={title} /> : null}
      </Suspense>
    </section>
  );
}

/** Groups that the site had linked before it was imported. */
function Earlier({ paths, refresh }: { paths: string[]; refresh(): Promise<void> }) {
  const { client, messages, status } = usePage();
  const [busy, setBusy] = useState(false);
  const few = paths.slice(0, 5).join(', ');
  const shown = paths.length > 5 ? text('earlier.more', { groups: few, count: paths.length - 5 }) : few;

  const move = async () => {
    setBusy(true);
    try {
      const { moved, left, hasMore } = await client.post<MoveAnswer>('links/move');
      messages.say({
        kind: left.length > 0 ? 'warning' : 'success',
        title: moved.length > 0 ? text('earlier.moved', { groups: moved.join(', ') }) : text('error.earlierNone'),
        text: left.map((group) => `${group.groupPath}: ${group.detail}`).join(' ') || (hasMore ? text('earlier.again') : undefined),
        about: 'move',
      });
    } catch (thrown) {
      messages.failed(text('error.link'), Problem.of(thrown), 'move');
    } finally {
      setBusy(false);
      await refresh();
    }
  };

  return (
    <div id="earlier" className="notice">
      <span>
        {text('earlier.text', { groups: shown })} {status.user ? null : text('earlier.signIn')}
      </span>
      {status.user ? (
        <Button spacing="compact" onClick={() => void move()} isLoading={busy}>
          {text('earlier.move')}
        </Button>
      ) : null}
    </div>
  );
}
