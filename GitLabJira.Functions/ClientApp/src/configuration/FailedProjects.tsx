import Button from '@atlaskit/button/default/button';
import { useCallback, useEffect, useState } from 'react';
import { Problem, query } from '../api/client';
import type { Link, RunProject, RunProjectPage } from '../api/types';
import { explain } from '../shared/explain';
import { Message } from '../shared/Message';
import { count, text } from '../texts';
import { usePage } from './Page';

interface Props {
  link: Link;
  /** Changes when other projects may have failed than before. */
  asOf: string;
  /** A sync is under way. */
  blocked: boolean;
  retried(): Promise<void>;
}

/** The projects that no sync of a link could do, whichever read them last, why, and another try for one or all of them. */
export function FailedProjects({ link, asOf, blocked, retried }: Props) {
  const { client, messages } = usePage();
  const [projects, setProjects] = useState<RunProject[]>();
  const [next, setNext] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<number | 'all'>();
  const base = `links/${link.id}`;

  const load = useCallback(
    async (after?: string) => {
      try {
        const page = await client.get<RunProjectPage>(`${base}/projects${query({ state: 'failed', after })}`);
        setProjects((now) => (after ? [...(now ?? []), ...page.projects] : page.projects));
        setNext(page.next);
        setProblem(undefined);
      } catch (thrown) {
        setProblem(Problem.of(thrown));
      }
    },
    [client, base],
  );

  useEffect(() => void load(), [load, asOf]);

  const retry = async (project?: RunProject) => {
    setBusy(project?.id ?? 'all');
    try {
      await (project ? client.post(`${base}/runs/${project.run}/retry`, { project: project.id }) : client.post(`${base}/retry`, {}));
      messages.say({ kind: 'success', title: text('retry.started', { what: project?.path ?? link.groupPath }), about: 'help' });
      await retried();
      await load();
    } catch (thrown) {
      messages.failed(text('error.retry'), Problem.of(thrown), 'help');
    } finally {
      setBusy(undefined);
    }
  };

  if (problem) return <Message told={{ kind: 'error', title: text('error.failedProjects'), text: explain(problem), about: 'projects' }} />;
  if (!projects || projects.length === 0) return null;

  return (
    <div className="failed">
      <div className="run-head">
        <h3>{next ? text('failed.moreThan', { count: projects.length }) : count('failed.title', projects.length)}</h3>
        <Button spacing="compact" isDisabled={blocked || busy !== undefined} isLoading={busy === 'all'} onClick={() => void retry()}>
          {text('failed.retryAll')}
        </Button>
      </div>
      <ul className="projects">
        {projects.map((project) => (
          <li key={project.id}>
            <div>
              <strong>{project.path}</strong>
              <span className="sub bad">{project.error ?? text('reason.unknown', { status: '' })}</span>
            </div>
            {project.run ? (
              <Button spacing="compact" appearance="subtle" isDisabled={blocked || busy !== undefined} isLoading={busy === project.id} onClick={() => void retry(project)} aria-label={text('failed.retry.of', { project: project.path })}>
                {text('failed.retry')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {next ? (
        <Button appearance="subtle" onClick={() => void load(next)}>
          {text('failed.more')}
        </Button>
      ) : null}
    </div>
  );
}
