import Button from '@atlaskit/button/default/button';
import Lozenge from '@atlaskit/lozenge';
import Spinner from '@atlaskit/spinner';
import { useState } from 'react';
import type { Kind, Link, Run } from '../api/types';
import { explain } from '../shared/explain';
import { Message } from '../shared/Message';
import { backoff, type Pace } from '../shared/Poller';
import { usePolled } from '../shared/usePolled';
import { ago, count, list, moment, text } from '../texts';
import { FailedProjects } from './FailedProjects';
import { isRunning, whyText, type Tone } from './links';
import { Progress } from './LinkStatus';
import { usePage } from './Page';

interface RunList {
  runs: Run[];
}

const pace: Pace<RunList> = { next: ({ runs }, unchanged) => (runs.some(isRunning) ? backoff(2_000, 15_000, unchanged) : backoff(30_000, 120_000, unchanged)) };

const tones: Record<Run['state'], Tone> = { listing: 'inprogress', running: 'inprogress', waiting: 'moved', completed: 'success', failed: 'removed', stopped: 'default' };

/** The sync under way, the projects that failed, and what was before. */
export function Syncs({ link, refresh }: { link: Link; refresh(): Promise<void> }) {
  const { client } = usePage();
  const { value, problem, refresh: lookAgain } = usePolled<RunList>(link.id, () => client.get<RunList>(`links/${link.id}/runs`), pace);

  if (!value) return problem ? <Message told={{ kind: 'error', title: text('error.runs'), text: explain(problem), about: 'runs' }} /> : <Spinner label={text('loading')} />;

  const current = value.runs.find(isRunning);
  const newest = value.runs.find((run) => !run.dryRun);

  return (
    <div className="syncs">
      {problem ? <Message told={{ kind: 'warning', title: text('error.runs'), text: explain(problem), about: 'runs' }} /> : null}
      {/* What sends something is told above, with the group's state. */}
      {current?.dryRun ? (
        <div className="current">
          <h3>{text('syncs.currentDry')}</h3>
          <Progress sync={current} group={link.groupPath} />
        </div>
      ) : null}
      <FailedProjects
        link={link}
        // A sync reads some of them again, or leaves others behind.
        asOf={newest ? `${newest.id} ${newest.state} ${newest.failed}` : ''}
        blocked={current !== undefined}
        retried={async () => {
          await Promise.all([refresh(), lookAgain()]);
        }}
      />
      <h3>{text('syncs.history')}</h3>
      {value.runs.length === 0 ? <p className="hint">{text('syncs.none')}</p> : <History runs={value.runs} />}
    </div>
  );
}

const firstShown = 10;

function History({ runs }: { runs: Run[] }) {
  const [all, setAll] = useState(false);
  return (
    <>
      <ol className="runs">
        {runs.slice(0, all ? runs.length : firstShown).map((run) => (
          <li key={run.id} data-run={run.state}>
            <div className="run-head">
              <Lozenge appearance={tones[run.state]}>{text(`run.${run.state}`)}</Lozenge>
              {run.dryRun ? <Lozenge>{text('run.dry')}</Lozenge> : null}
              {run.retryOf ? <Lozenge>{text('run.retry')}</Lozenge> : null}
              <span title={moment(run.startedAt)}>{text('run.started', { when: ago(run.startedAt) })}</span>
              <span className="sub">{outcome(run)}</span>
            </div>
            {counted(run).map((line) => (
              <span key={line} className="sub">
                {line}
              </span>
            ))}
          </li>
        ))}
      </ol>
      {runs.length > firstShown && !all ? (
        <Button appearance="subtle" onClick={() => setAll(true)}>
          {text('syncs.all', { count: runs.length })}
        </Button>
      ) : null}
    </>
  );
}

/** What a run was to read, how far it came, and why it ended as it did. */
function outcome(run: Run): string {
  const read = run.kinds ? list(run.kinds.map((kind) => text(`kind.${kind}`).toLowerCase())) : undefined;
  return [
    read,
    count('run.projects', run.total ?? run.done, { done: run.done }),
    ...(run.failed > 0 ? [text('sync.failed', { count: run.failed })] : []),
    ...(whyText(run) ? [whyText(run)] : []),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Per kind: what was found, what names an issue, and what was sent. */
function counted(run: Run): string[] {
  return (Object.entries(run.counts) as [Kind, Run['counts'][Kind]][]).flatMap(([kind, counts]) =>
    counts
      ? [
          text(run.dryRun ? 'run.countDry' : 'run.count', { kind: text(`kind.${kind}`), found: counts.found, keyed: counts.keyed, sent: counts.sent }) + (counts.refused > 0 ? ` ${count('run.refused', counts.refused)}` : ''),
        ]
      : [],
  );
}

