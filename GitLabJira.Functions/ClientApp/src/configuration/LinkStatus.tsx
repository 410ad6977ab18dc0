import Button from '@atlaskit/button/default/button';
import Lozenge from '@atlaskit/lozenge';
import ProgressBar from '@atlaskit/progress-bar';
import { useState } from 'react';
import { Problem } from '../api/client';
import type { Link, SyncSummary } from '../api/types';
import { text } from '../texts';
import { isRunning, progressText, projectsText, statusName, statusReason, statusTone } from './links';
import { usePage } from './Page';

interface Props {
  link: Link;
  refresh(): Promise<void>;
  /** Asks what to sync again. */
  resync(): void;
}

/** How a link fares, why, how far its sync is, and the button that helps. */
export function LinkStatus({ link, refresh, resync }: Props) {
  const reason = statusReason(link);
  return (
    <div className="status" data-status={link.status}>
      <Lozenge appearance={statusTone(link)}>{statusName(link)}</Lozenge>
      {reason ? <span className="sub">{reason}</span> : null}
      {link.sync && link.status !== 'unlinking' ? <Progress sync={link.sync} group={link.groupPath} /> : null}
      <Help link={link} refresh={refresh} resync={resync} />
    </div>
  );
}

export function Progress({ sync, group }: { sync: SyncSummary; group: string }) {
  const more = progressText(sync);
  const running = isRunning(sync);
  const part = sync.total ? (sync.done + sync.failed) / sync.total : 0;
  return (
    <div className="sync">
      <span className={sync.state === 'failed' ? 'bad' : 'sub'}>{[projectsText(sync), ...more].join(' · ')}</span>
      {running ? <ProgressBar value={part} isIndeterminate={!sync.total} ariaLabel={text('sync.bar', { group })} /> : null}
    </div>
  );
}

/** One press that mends what the status tells; nothing where only time helps. */
function Help({ link, refresh, resync }: Props) {
  const { client, messages, status, signIn, askStatus } = usePage();
  const [busy, setBusy] = useState(false);
  const path = link.groupPath;

  if (link.help === 'sign_in') {
    // A sign-in goes to the host that is chosen: for another one that has to be chosen first.
    if (link.host !== status.host) return <span className="sub">{text('help.otherHost')}</span>;
    return (
      <Button spacing="compact" onClick={signIn}>
        {text('help.signIn')}
      </Button>
    );
  }

  if (link.help === 'relink') return <span className="sub">{text('help.relink')}</span>;

  const act = async (call: () => Promise<unknown>, done: { title: string; text?: string }, failed: string) => {
    setBusy(true);
    try {
      await call();
      messages.say({ kind: 'success', ...done, about: 'help' });
    } catch (thrown) {
      const problem = Problem.of(thrown);
      messages.failed(failed, problem, 'help');
      if (problem.reason === 'not_signed_in') await askStatus();
    } finally {
      setBusy(false);
      await refresh();
    }
  };

  if (link.help === 'restore_hook') {
    return (
      <Button
        spacing="compact"
        isLoading={busy}
        aria-label={text('help.restoreHook.of', { group: path })}
        onClick={() => void act(() => client.post(`links/${link.id}/hook`), { title: text('help.hookRestored', { group: path }), text: text('help.hookRestored.text') }, text('error.hook'))}
      >
        {text('help.restoreHook')}
      </Button>
    );
  }

  if (link.help === 'retry') {
    return (
      <Button
        spacing="compact"
        isLoading={busy}
        aria-label={text('help.retry.of', { group: path })}
        onClick={() => void act(() => client.post(`links/${link.id}/retry`, {}), { title: text('resync.started', { group: path }) }, text('error.retry'))}
      >
        {text('help.retry')}
      </Button>
    );
  }

  if (link.help === 'resync') {
    return (
      <Button spacing="compact" aria-label={text('help.resync.of', { group: path })} onClick={resync}>
        {text('help.resync')}
      </Button>
    );
  }

  return null;
}
