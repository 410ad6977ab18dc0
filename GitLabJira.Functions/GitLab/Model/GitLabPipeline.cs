using System.Globalization;

namespace GitLabJira.Functions.GitLab.Model;

/// <summary>GitLab's states of a pipeline.</summary>
public enum PipelineStatus
{
    Created,
    WaitingForResource,
    Preparing,
    WaitingForCallback,
    Pending,
    Running,
    Success,
    Failed,
    Canceling,
    Canceled,
    Skipped,
    Manual,
    Scheduled,
    Unknown,
}

/// <summary>The pipeline that started a child pipeline, perhaps in another project.</summary>
public sealed record GitLabPipelineParent(long ProjectId, long PipelineId);

/// <summary>A pipeline as GitLab shows it; child pipelines are pipelines of their own.</summary>
public sealed record GitLabPipeline
{
    private const string MergeRequestPrefix = "refs/merge-requests/";

    public required long Id { get; init; }

    /// <summary>Jira's build number. Null where an old version does not tell.</summary>
    public long? Iid { get; init; }
    public required long ProjectId { get; init; }

    /// <summary>Name of a branch or tag. For a merge request's pipeline <c>refs/merge-requests/N/…</c> in REST answers and the source branch in hooks.</summary>
    public required string Ref { get; init; }
    public bool Tag { get; init; }

    /// <summary>What started it: <c>push</c>, <c>merge_request_event</c>, <c>parent_pipeline</c>, …</summary>
    public string? Source { get; init; }
    public required PipelineStatus Status { get; init; }

    /// <summary>May be a merged-results commit, which is on no branch.</summary>
    public required string Sha { get; init; }
    public string? BeforeSha { get; init; }
    public required string WebUrl { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Null in hooks: the time of receipt is the better guess.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public TimeSpan? Duration { get; init; }
    public GitLabPerson? User { get; init; }

    /// <summary>Set for a merge request's pipeline in the project where the merge request lives.</summary>
    public long? MergeRequestIid { get; init; }

    /// <summary>Source branch of the merge request; REST does not tell it.</summary>
    public string? SourceBranch { get; init; }

    /// <summary>Set in hooks of child pipelines only.</summary>
    public GitLabPipelineParent? Parent { get; init; }

    /// <summary>It has come to an end: reports of its tests follow soon, if there are any.</summary>
    public bool IsFinished => Status is PipelineStatus.Success or PipelineStatus.Failed or PipelineStatus.Canceled;

    /// <summary>Whether the merge request's texts count for this pipeline, as in GitLab's own app: its own merge request, or those from its branch.</summary>
    public bool IsOf(GitLabMergeRequest mergeRequest) => MergeRequestIid is { } iid
        ? mergeRequest.Iid == iid && mergeRequest.ProjectId == ProjectId
        : !Tag && mergeRequest.SourceProjectId == ProjectId && string.Equals(mergeRequest.SourceBranch, Ref, StringComparison.Ordinal);

    /// <returns>N of <c>refs/merge-requests/N/head</c>, <c>…/merge</c> or <c>…/train</c>.</returns>
    public static long? MergeRequestIidOf(string reference)
    {
        if (!reference.StartsWith(MergeRequestPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = reference.AsSpan(MergeRequestPrefix.Length);
        var end = rest.IndexOf('/');

        return end > 0 && long.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var iid) ? iid : null;
    }
}
