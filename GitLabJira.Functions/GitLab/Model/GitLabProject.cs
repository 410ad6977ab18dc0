namespace GitLabJira.Functions.GitLab.Model;

/// <summary>A GitLab project as far as Jira's "repository" needs it.</summary>
public sealed record GitLabProject
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required string PathWithNamespace { get; init; }
    public required string WebUrl { get; init; }
    public string? Description { get; init; }
    public string? AvatarUrl { get; init; }
    public string? DefaultBranch { get; init; }
    public bool Archived { get; init; }
    public bool EmptyRepository { get; init; }

    /// <summary>When somebody last pushed, opened, merged or commented, give or take an hour: GitLab writes it down once an hour at most. Pipelines, deployments and flags do not count.</summary>
    public DateTimeOffset? LastActivityAt { get; init; }
}
