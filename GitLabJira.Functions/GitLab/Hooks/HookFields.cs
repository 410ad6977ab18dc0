using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Collects the fields of a body on the way through it. Which of them matter is known only at the end: JSON promises no order.</summary>
internal sealed class HookFields
{
    public string? ObjectKind { get; set; }
    public string? EventName { get; set; }
    public long? ProjectId { get; set; }
    public HookProject? Project { get; set; }
    public GitLabPerson? User { get; set; }
    public string? Ref { get; set; }
    public string? Before { get; set; }
    public string? After { get; set; }
    public long? TotalCommits { get; set; }
    public Queue<GitLabCommit> Commits { get; } = new();
    public List<GitLabReviewer> Reviewers { get; } = [];
    public List<string> PreviousTexts { get; } = [];

    /// <summary>The object itself: the merge request of a merge request hook, the comment of a note hook.</summary>
    public HookObject? Attributes { get; set; }

    /// <summary>The merge request that a comment is on, or a pipeline for.</summary>
    public HookObject? MergeRequest { get; set; }

    /// <summary>The commit that a pipeline runs for.</summary>
    public GitLabCommit? Commit { get; set; }

    /// <summary>The pipeline that started this one.</summary>
    public GitLabPipelineParent? Parent { get; set; }
    public HookDeployment Deployment { get; } = new();
    public HookPlace Place { get; } = new();
}

/// <summary>A deployment hook has no object of its own: its fields stand in the root.</summary>
internal sealed class HookDeployment
{
    public long? Id { get; set; }
    public string? Status { get; set; }
    public string? ChangedAt { get; set; }
    public long? JobId { get; set; }
    public string? Environment { get; set; }
    public string? Tier { get; set; }
    public string? CommitUrl { get; set; }
}

/// <summary>What hooks about projects, groups and members have in their root.</summary>
internal sealed class HookPlace
{
    public string? ProjectPath { get; set; }
    public string? OldProjectPath { get; set; }
    public long? GroupId { get; set; }
    public long? ParentGroupId { get; set; }
    public string? GroupPath { get; set; }
    public string? OldGroupPath { get; set; }
    public long? UserId { get; set; }
}

internal sealed class HookProject
{
    public long? Id { get; set; }
    public string? Name { get; set; }
    public string? Path { get; set; }
    public string? WebUrl { get; set; }
    public string? Description { get; set; }
    public string? AvatarUrl { get; set; }
    public string? DefaultBranch { get; set; }
}

internal sealed class HookObject
{
    public long? Id { get; set; }
    public long? Iid { get; set; }
    public string? Title { get; set; }
    public string? Description { get; set; }
    public string? State { get; set; }
    public string? Action { get; set; }
    public string? NoteableType { get; set; }
    public bool System { get; set; }
    public bool Draft { get; set; }
    public string? SourceBranch { get; set; }
    public string? TargetBranch { get; set; }
    public long? SourceProjectId { get; set; }
    public long? TargetProjectId { get; set; }
    public long? AuthorId { get; set; }
    public string? CreatedAt { get; set; }
    public string? UpdatedAt { get; set; }
    public string? Url { get; set; }
    public GitLabCommit? Head { get; set; }
    public HookProject? Source { get; set; }

    /// <summary>A pipeline's <c>source</c>, which is a word.</summary>
    public string? StartedBy { get; set; }
    public string? Ref { get; set; }
    public bool Tag { get; set; }
    public string? Sha { get; set; }
    public string? BeforeSha { get; set; }
    public string? Status { get; set; }
    public string? FinishedAt { get; set; }
    public double? Duration { get; set; }
    public string? Name { get; set; }
    public bool Active { get; set; }
    public HookProject? Target { get; set; }
}
