// What the app answers. Fields that may be missing are not known, or do not apply.

export interface SignInStatus {
  host: string;
  user?: { username: string; webUrl: string };
}

export interface SignInStarted {
  authorizeUrl: string;
  state: string;
}

export interface GitLabInstance {
  host: string;
  isDefault: boolean;
  applicationId?: string;
  hasSecret?: boolean;
}

export interface GitLabVersion {
  host: string;
  isDefault: boolean;
  instances: GitLabInstance[];
  redirectUri: string;
  scopes: string[];
}

/** What comes with the page itself. */
export interface FirstLook {
  signIn: SignInStatus;
  gitLab: GitLabVersion;
}

export interface Group {
  id: number;
  name: string;
  fullName: string;
  fullPath: string;
  description?: string;
  avatarUrl?: string;
  status: 'available' | 'linked' | 'covered' | 'cleaning_up';
  because?: string;
}

export interface GroupPage {
  groups: Group[];
  page: number;
  hasMore: boolean;
  total?: number;
}

export const kinds = ['merge_requests', 'branches', 'commits', 'pipelines', 'deployments', 'feature_flags'] as const;
export type Kind = (typeof kinds)[number];

export type RunState = 'listing' | 'running' | 'waiting' | 'completed' | 'failed' | 'stopped';

/** A sync as the list of links shows it. */
export interface SyncSummary {
  id?: string;
  state: RunState;
  total?: number;
  done: number;
  failed: number;
  why?: string;
  whyCode?: string;
  startedAt: string;
  endedAt?: string;
  wave?: number;
  perMinute?: number;
  secondsLeft?: number;
  resumeAt?: string;
}

export interface KindCount {
  found: number;
  keyed: number;
  sent: number;
  refused: number;
}

export interface Run extends SyncSummary {
  id: string;
  kinds?: Kind[];
  window?: number;
  project?: number;
  dryRun: boolean;
  counts: Partial<Record<Kind, KindCount>>;
  retryOf?: string;
}

export type LinkStatus = 'linking' | 'syncing' | 'waiting' | 'in_sync' | 'needs_sign_in' | 'hook_removed' | 'unlinking' | 'broken';

export interface Link {
  id: string;
  groupId: number;
  groupPath: string;
  groupUrl: string;
  host: string;
  state: string;
  stateReason?: string;
  status: LinkStatus;
  statusReason?: string;
  help?: 'sign_in' | 'restore_hook' | 'wait' | 'retry' | 'resync' | 'relink';
  hook: 'none' | 'group' | 'project';
  hookHealth?: { state: 'works' | 'off' | 'removed' | 'unknown'; since?: string; checkedAt?: string };
  createdAt: string;
  linkedBy?: { name?: string; gitLabUsername?: string };
  lastEventAt?: string;
  lastDeliveryAt?: string;
  canUnlink: boolean;
  sync?: SyncSummary;
  reconciled?: { at: string; repaired: number };
}

export interface LinkList {
  links: Link[];
  /** Groups that the site had linked before it was imported. */
  earlier?: string[];
}

export interface LinkAnswer {
  reason: 'linked' | 'linking' | 'unlinking';
  message: string;
}

export interface MoveAnswer {
  moved: string[];
  left: { groupPath: string; reason: string; detail: string }[];
  hasMore: boolean;
}

export interface RunProject {
  id: number;
  path: string;
  state: 'pending' | 'running' | 'paused' | 'done' | 'failed';
  error?: string;
  resumeAt?: string;
  startedAt?: string;
  wave?: number;
  /** The sync that has read it last. */
  run?: string;
}

export interface RunProjectPage {
  projects: RunProject[];
  next?: string;
}

export const environmentTypes = ['production', 'staging', 'testing', 'development', 'unmapped'] as const;
export type EnvironmentType = (typeof environmentTypes)[number];

export interface LinkSettings {
  kinds: Kind[];
  window: number;
  showDrafts: boolean;
  serviceIds: string[];
  environmentTypes: { name: string; type: EnvironmentType }[];
  firstParentOnly: boolean;
  excludedProjects: (number | string)[];
  includedProjects?: (number | string)[];
  jiraProjects?: string[];
  archivedProjects?: boolean;
}

export interface SettingsAnswer {
  version: number;
  settings: LinkSettings;
  excluded: { id: number; path: string }[];
  included?: { id: number; path: string }[];
}

export interface TrailEntity {
  kind: string;
  projectId: number;
  project?: string;
  id: string;
  name?: string;
}

export interface TrailStep {
  at: string;
  entity?: number;
  reason: string;
  text: string;
  keys?: string[];
  lane?: string;
  cause?: string;
}

export interface Trail {
  reason: 'listed' | 'nothing_known';
  entities: TrailEntity[];
  steps: TrailStep[];
  hints: string[];
}
