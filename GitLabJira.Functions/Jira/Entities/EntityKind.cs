namespace GitLabJira.Functions.Jira.Entities;

/// <summary>The kinds of entity that Jira keeps apart. The names stand in row keys and messages: do not rename.</summary>
public enum EntityKind
{
    Commit,
    Branch,
    MergeRequest,
    Build,
    Deployment,
    FeatureFlag,

    /// <summary>A whole repository: only ever deleted.</summary>
    Repository,
}

/// <summary>Which way an entity came: live before repair before backfill, never in one POST (design 6.3).</summary>
public enum Lane
{
    Live,
    Repair,
    Backfill,
}
