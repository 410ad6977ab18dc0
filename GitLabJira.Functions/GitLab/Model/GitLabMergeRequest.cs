namespace GitLabJira.Functions.GitLab.Model;

public enum MergeRequestState
{
    Opened,
    Locked,
    Merged,
    Closed,
    Unknown,
}

/// <summary>Null state of a reviewer means that the source did not tell: never guessed as unapproved.</summary>
public sealed record GitLabReviewer(GitLabPerson Person, bool? Approved);

/// <summary>A merge request as GitLab shows it, whatever source it was read from.</summary>
public sealed record GitLabMergeRequest
{
    /// <summary>Global id: Jira's pull request id.</summary>
    public required long Id { get; init; }
    public required long Iid { get; init; }
    public required long ProjectId { get; init; }

    /// <summary>Full reference, <c>group/project!iid</c>.</summary>
    public required string Reference { get; init; }
    public required string Title { get; init; }
    public string? Description { get; init; }
    public required MergeRequestState State { get; init; }
    public bool Draft { get; init; }
    public required string SourceBranch { get; init; }
    public required string TargetBranch { get; init; }
    public required long SourceProjectId { get; init; }

    /// <summary>Web address of the source project when it is a fork and known; null for a merge request inside one project or an unknown fork.</summary>
    public string? SourceProjectWebUrl { get; init; }
    public GitLabPerson? Author { get; init; }
    public IReadOnlyList<GitLabReviewer> Reviewers { get; init; } = [];
    public int? CommentCount { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string WebUrl { get; init; }
    public string? HeadSha { get; init; }

    /// <summary>The newest pipeline of its last commit, where it runs in the same project. Told by single reads only.</summary>
    public GitLabPipeline? HeadPipeline { get; init; }
}
