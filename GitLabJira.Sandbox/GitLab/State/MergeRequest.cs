using System.Collections.Immutable;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>GitLab's states of a merge request; the numbers are <c>state_id</c> of hooks.</summary>
public enum MergeRequestState
{
    None = 0,
    Opened = 1,
    Closed = 2,
    Merged = 3,
    Locked = 4,
}

/// <summary>What a reviewer has done so far.</summary>
public enum ReviewState
{
    Unreviewed,
    Reviewed,
    RequestedChanges,
    Approved,
    Unapproved,
    ReviewStarted,
}

/// <summary>Somebody who was asked for a review.</summary>
public sealed record Reviewer(long UserId, ReviewState State, DateTimeOffset CreatedAt);

/// <summary>One user's approval.</summary>
public sealed record Approval(long UserId, DateTimeOffset At);

/// <summary>A comment; system notes are not counted as comments.</summary>
public sealed record Note(long Id, long AuthorId, string Body, DateTimeOffset CreatedAt, bool IsSystem = false);

/// <summary>A merge request.</summary>
/// <param name="Id">Unique on the instance.</param>
/// <param name="Iid">Unique in the target project.</param>
/// <param name="SourceProjectId">Another project when it comes from a fork.</param>
public sealed record MergeRequest(
    long Id,
    long Iid,
    long ProjectId,
    long SourceProjectId,
    string Title,
    string Description,
    string SourceBranch,
    string TargetBranch,
    long AuthorId,
    DateTimeOffset CreatedAt)
{
    public MergeRequestState State { get; init; } = MergeRequestState.Opened;

    public DateTimeOffset UpdatedAt { get; init; } = CreatedAt;

    /// <summary>Null until the diff is there; the <c>open</c> hook waits for it.</summary>
    public DateTimeOffset? PreparedAt { get; init; }

    public DateTimeOffset? LastEditedAt { get; init; }

    public long? LastEditedById { get; init; }

    public long? UpdatedById { get; init; }

    public required string HeadSha { get; init; }

    /// <summary>The head of the target branch when the diff was made.</summary>
    public required string StartSha { get; init; }

    /// <summary>The common ancestor of both.</summary>
    public required string BaseSha { get; init; }

    public DateTimeOffset? MergedAt { get; init; }

    public long? MergedById { get; init; }

    public string? MergeCommitSha { get; init; }

    public string? SquashCommitSha { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public long? ClosedById { get; init; }

    public bool RemovesSourceBranch { get; init; }

    public bool Squashes { get; init; }

    public ImmutableArray<string> Labels { get; init; } = [];

    public ImmutableArray<long> AssigneeIds { get; init; } = [];

    public ImmutableArray<Reviewer> Reviewers { get; init; } = [];

    public ImmutableArray<Approval> Approvals { get; init; } = [];

    public ImmutableArray<Note> Notes { get; init; } = [];

    public bool IsDraft => Title.StartsWith("Draft:", StringComparison.OrdinalIgnoreCase)
        || Title.StartsWith("[Draft]", StringComparison.OrdinalIgnoreCase)
        || Title.StartsWith("(Draft)", StringComparison.OrdinalIgnoreCase);

    public int UserNotesCount => Notes.Count(note => !note.IsSystem);

    public bool IsOpen => State is MergeRequestState.Opened;
}
