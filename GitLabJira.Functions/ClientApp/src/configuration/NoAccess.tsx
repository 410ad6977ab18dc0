import Button from '@atlaskit/button/default/button';
import type { Problem } from '../api/client';
import type { Host } from '../host/Host';
import { explain, isSessionLost } from '../shared/explain';
import { text } from '../texts';

/** The whole page for somebody who may not use it, or whom nobody knows just now, with what it takes. */
export function NoAccess({ problem, again, host }: { problem: Problem; again(): void; host: Host }) {
  const lost = isSessionLost(problem);
  const refused = problem.reason === 'not_site_admin';
  return (
    <main id="page" data-ready="true" className="lone">
      <section id="no-access" className="card start" role="alert">
        <h1>{text(lost ? 'error.session' : refused || problem.reason === 'jira_user_unknown' ? 'error.noAccess' : 'error.load')}</h1>
        <p>{explain(problem)}</p>
        {refused ? null : (
          <Button appearance="primary" onClick={lost ? () => host.reload() : again}>
            {text(lost ? 'action.reload' : 'action.tryAgain')}
          </Button>
        )}
      </section>
    </main>
  );
}
