namespace GitLabJira.Sandbox.Jira.Store;

/// <summary>Something that Jira has accepted and applies a little later.</summary>
internal abstract record Change(long RequestNumber);

internal sealed record Upsert(StoredEntity Entity, bool PreventTransitions) : Change(Entity.RequestNumber);

internal sealed record DeleteEntity(EntityKey Key, long RequestNumber) : Change(RequestNumber);

internal sealed record DeleteRepository(string RepositoryId, long RequestNumber) : Change(RequestNumber);

/// <summary>Of one API family: a repository with all that is in it, or each build, deployment or flag that matches.</summary>
internal sealed record DeleteByProperties(EntityKind Kind, IReadOnlyDictionary<string, string> Properties, long RequestNumber) : Change(RequestNumber);
