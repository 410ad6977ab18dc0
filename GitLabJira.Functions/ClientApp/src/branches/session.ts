import { Client, Problem } from '../api/client';
import type { BranchSession } from './types';

const storedAs = 'branch-session';

/** Ticket and session open the page to whoever holds them: they stay in this tab, and no address keeps them. */
export async function openSession(): Promise<{ client: Client; session: BranchSession }> {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
  if (ticket) {
    const anyone = new Client((path, init) => fetch(path, init), '../');
    const session = await anyone.post<BranchSession & { session: string }>('branches/session', { ticket });
    sessionStorage.setItem(storedAs, session.session);
    // Not before: after a call that never arrived the ticket is still good.
    history.replaceState(null, '', location.pathname);
    return { client: clientOf(session.session), session };
  }

  const kept = sessionStorage.getItem(storedAs);
  if (!kept) throw new Problem(401, 'ticket_used');
  const client = clientOf(kept);
  return { client, session: await client.get<BranchSession>('branches/session') };
}

const clientOf = (session: string): Client =>
  new Client((path, init) => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${session}`);
    return fetch(path, { ...init, headers });
  }, '../');
