namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>States of a deployment.</summary>
public enum DeploymentStatus
{
    Created,
    Running,
    Success,
    Failed,
    Canceled,
    Skipped,
    Blocked,
}

/// <summary>A place to deploy to; hooks and lists name it, only its own resource tells the tier.</summary>
public sealed record DeployEnvironment(long Id, string Name, string Slug, string Tier, DateTimeOffset CreatedAt, string? ExternalUrl = null, bool IsStopped = false);

/// <summary>One deployment.</summary>
/// <param name="JobId">Null when the API made it.</param>
public sealed record Deployment(
    long Id,
    long Iid,
    long EnvironmentId,
    string Ref,
    string Sha,
    long UserId,
    DeploymentStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long? PipelineId = null,
    long? JobId = null,
    DateTimeOffset? FinishedAt = null);
