namespace GitLabJira.Functions.GitLab.Model;

/// <summary>GitLab's states of a deployment.</summary>
public enum DeploymentStatus
{
    Created,
    Running,
    Success,
    Failed,
    Canceled,
    Skipped,
    Blocked,
    Unknown,
}

/// <summary>GitLab's own classes of environments.</summary>
public enum EnvironmentTier
{
    Production,
    Staging,
    Testing,
    Development,
    Other,
}

/// <summary>Where a deployment goes.</summary>
/// <param name="Tier">Null where the source does not tell: only the environment itself does.</param>
public sealed record GitLabEnvironment(long Id, string Name, EnvironmentTier? Tier);

/// <summary>The job that deploys.</summary>
/// <param name="Pipeline">Null where an old version does not tell.</param>
public sealed record GitLabDeployJob(long Id, string Name, string? WebUrl, TimeSpan? Duration, GitLabPipeline? Pipeline);

/// <summary>A deployment as GitLab shows it.</summary>
public sealed record GitLabDeployment
{
    public required long Id { get; init; }

    /// <summary>Jira's deployment sequence number.</summary>
    public required long Iid { get; init; }
    public required long ProjectId { get; init; }

    /// <summary>Name of the branch or tag.</summary>
    public required string Ref { get; init; }
    public bool Tag { get; init; }
    public required string Sha { get; init; }
    public required DeploymentStatus Status { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public GitLabPerson? User { get; init; }
    public required GitLabEnvironment Environment { get; init; }

    /// <summary>Null when the API made the deployment.</summary>
    public GitLabDeployJob? Job { get; init; }

    /// <summary>The deployed commit, where the source brings it along (the job does).</summary>
    public GitLabCommit? Commit { get; init; }
}
