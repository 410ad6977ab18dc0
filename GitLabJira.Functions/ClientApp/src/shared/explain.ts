import { Problem } from '../api/client';
import { find, list, text } from '../texts';
import type { SignInEnd } from './SignIn';

/** Why something was not done, and what helps: for codes that are known in words of the page, else in those of the app. */
export function explain(problem: Problem): string {
  const { reason, detail, more } = problem;
  const known = find(`reason.${reason}`, { detail, field: more.field ?? '', groups: list(more.groups ?? []) });
  return known ?? (detail || text('reason.unknown', { status: problem.status }));
}

export function explainSignIn(why: SignInEnd | Problem): string {
  return why instanceof Problem ? explain(why) : text(`reason.sign_in_${why}`);
}

/** The page's permission has run out, or Jira took it away: only a reload of Jira's page helps. */
export const isSessionLost = (problem: Problem): boolean => problem.reason === 'unauthorized' || problem.reason === 'no_token' || problem.reason === 'no_bridge';
