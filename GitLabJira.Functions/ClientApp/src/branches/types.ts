export interface BranchHost {
  host: string;
  user?: { username: string; webUrl: string };
}

/** What the issue brought along, and where the person is signed in. */
export interface BranchSession {
  expiresAt: string;
  issueKey: string;
  issueSummary?: string;
  proposedName: string;
  hosts: BranchHost[];
}

export interface BranchProject {
  id: number;
  name: string;
  path: string;
  webUrl: string;
}

export interface BranchProjectDetails extends BranchProject {
  defaultBranch?: string;
  canPush: boolean;
  why?: 'no_push_right' | 'archived' | 'empty_repository';
}

export interface SourceBranch {
  name: string;
  isDefault: boolean;
  isProtected?: boolean;
}

export interface CreatedBranch {
  name: string;
  webUrl: string;
}
