import type { EnvironmentType, Kind, LinkSettings, SettingsAnswer } from '../api/types';

/** Settings as people type them. */
export interface Draft {
  kinds: Kind[];
  window: string;
  showDrafts: boolean;
  firstParentOnly: boolean;
  archivedProjects: boolean;
  /** One a line. */
  included: string;
  excluded: string;
  serviceIds: string;
  /** With commas or spaces between them. */
  jiraProjects: string;
  environments: { name: string; type: EnvironmentType }[];
  /** Ids of the paths that the app named: they hold even when somebody has renamed a project meanwhile. */
  known: Record<string, number>;
}

const lines = (value: string): string[] => value.split('\n').map((line) => line.trim()).filter(Boolean);
const words = (value: string): string[] => value.split(/[\s,;]+/).filter(Boolean);
const projects = (value: string, known: Record<string, number>): (number | string)[] => lines(value).map((line) => known[line] ?? (/^\d+$/.test(line) ? Number(line) : line));

/** Projects by their paths where the app knows them. */
export function drafted({ settings, excluded, included }: SettingsAnswer): Draft {
  return {
    kinds: settings.kinds,
    window: String(settings.window),
    showDrafts: settings.showDrafts,
    firstParentOnly: settings.firstParentOnly,
    archivedProjects: settings.archivedProjects ?? true,
    included: (included ?? []).map((project) => project.path).join('\n'),
    excluded: excluded.map((project) => project.path).join('\n'),
    serviceIds: settings.serviceIds.join('\n'),
    jiraProjects: (settings.jiraProjects ?? []).join(', '),
    environments: settings.environmentTypes,
    known: Object.fromEntries([...excluded, ...(included ?? [])].map(({ id, path }) => [path, id])),
  };
}

export function settled(draft: Draft): LinkSettings {
  return {
    kinds: draft.kinds,
    window: Number(draft.window),
    showDrafts: draft.showDrafts,
    firstParentOnly: draft.firstParentOnly,
    archivedProjects: draft.archivedProjects,
    includedProjects: projects(draft.included, draft.known),
    excludedProjects: projects(draft.excluded, draft.known),
    serviceIds: lines(draft.serviceIds),
    jiraProjects: words(draft.jiraProjects).map((key) => key.toUpperCase()),
    environmentTypes: draft.environments,
  };
}
