import type { Link, SyncSummary } from '../api/types';
import { ago, find, moment, span, text } from '../texts';

// What a link says of itself, in words.

export type Tone = 'success' | 'inprogress' | 'moved' | 'removed' | 'default';

const tones: Record<string, Tone> = {
  linking: 'inprogress',
  syncing: 'inprogress',
  waiting: 'moved',
  in_sync: 'success',
  needs_sign_in: 'moved',
  hook_removed: 'moved',
  unlinking: 'default',
  broken: 'removed',
};

export const statusTone = (link: Link): Tone => tones[link.status] ?? 'default';

export const statusName = (link: Link): string => find(`status.${link.status}`) ?? link.status;

/** Why a link is as it is; nothing to say when all is well. */
export function statusReason(link: Link): string | undefined {
  if (!link.statusReason) return link.stateReason;
  // The sync beside it tells the same, with numbers.
  if (link.statusReason === 'sync_running' || (link.statusReason === 'projects_failed' && link.sync?.failed) || (link.sync?.state === 'waiting' && whyText(link.sync))) return undefined;
  return find(`statusReason.${link.statusReason}`) ?? find(`reason.${link.statusReason}`) ?? link.stateReason;
}

export const isRunning = (sync: SyncSummary | undefined): boolean => sync?.state === 'listing' || sync?.state === 'running' || sync?.state === 'waiting';

/** n of m projects, and how many of them failed. */
export function projectsText(sync: SyncSummary): string {
  const { total, done, failed } = sync;
  const failures = failed > 0 ? `, ${text('sync.failed', { count: failed })}` : '';
  if (sync.state === 'listing') return text('sync.listing');
  if (sync.state === 'completed' && failed === 0) return total === 0 ? text('sync.all.none') : total === 1 ? text('sync.all.one') : text('sync.all.other', { count: total ?? done });
  return `${text('sync.some', { done, total: total ?? '?' })}${failures}`;
}

/** Wave, rate and time left of a running sync, or why it waits or ended. */
export function progressText(sync: SyncSummary): string[] {
  if (sync.state === 'running') {
    return [
      ...(sync.wave ? [text('sync.wave', { wave: sync.wave })] : []),
      ...((sync.total ?? 0) > (sync.perMinute ?? 20) ? [text('sync.rate', { count: sync.perMinute ?? 20 })] : []),
      ...(sync.secondsLeft ? [text('sync.left', { span: span(sync.secondsLeft) })] : []),
    ];
  }
  if (sync.state === 'waiting') return [whyText(sync) ?? text('sync.waits'), ...(sync.resumeAt && Date.parse(sync.resumeAt) > Date.now() ? [text('sync.resumes', { when: ago(sync.resumeAt) })] : [])];
  if (sync.state === 'failed') return [whyText(sync) ?? text('sync.why.other')];
  return [];
}

export const whyText = (sync: SyncSummary): string | undefined => (sync.whyCode && sync.whyCode !== 'other' ? find(`sync.why.${sync.whyCode}`) : undefined) ?? sync.why;

/** Who linked a group, when, as far as Jira and GitLab still know. */
export function linkedText(link: Link): string {
  const { name, gitLabUsername } = link.linkedBy ?? {};
  const who = name && gitLabUsername ? `${name} (@${gitLabUsername})` : (name ?? (gitLabUsername ? `@${gitLabUsername}` : undefined));
  return who ? text('linked.by', { who, when: ago(link.createdAt) }) : text('linked.when', { when: ago(link.createdAt) });
}

export const hookText = (link: Link): string => text(`hook.${link.hook}`);

export function healthText(link: Link): string | undefined {
  const health = link.hookHealth;
  if (!health || link.hook === 'none') return undefined;
  return find(`hookHealth.${health.state}`);
}

/** A time for a cell: how long ago, with the moment itself as its title. */
export const since = (time: string | undefined): { short: string; long: string } => (time ? { short: ago(time), long: moment(time) } : { short: text('time.never'), long: '' });
