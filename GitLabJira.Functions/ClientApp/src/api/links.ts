import type { Link, LinkStatus } from './types';

const statuses: Record<string, LinkStatus> = { linking: 'linking', needs_sign_in: 'needs_sign_in', hook_removed: 'hook_removed', unlinking: 'unlinking', broken: 'broken' };

/** Fills in what the app's answer does not say itself. */
export function complete(link: Link): Link {
  const running = link.sync?.state === 'listing' || link.sync?.state === 'running';
  const status = link.status ?? statuses[link.state] ?? (link.sync?.state === 'waiting' ? 'waiting' : running ? 'syncing' : 'in_sync');
  const help = link.help ?? (status === 'hook_removed' ? 'restore_hook' : status === 'needs_sign_in' ? 'sign_in' : undefined);
  return { ...link, status, help, host: link.host ?? link.groupUrl.slice(0, link.groupUrl.indexOf('/groups/')) };
}
