using System.Collections.Immutable;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>States of pipelines and jobs, in GitLab's words.</summary>
public enum CiStatus
{
    Created,
    WaitingForResource,
    Preparing,
    Pending,
    Running,
    Success,
    Failed,
    Canceling,
    Canceled,
    Skipped,
    Manual,
    Scheduled,
}

/// <summary>A job of a pipeline.</summary>
public sealed record Job(long Id, string Stage, string Name, CiStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt = null, DateTimeOffset? FinishedAt = null, string? Environment = null);

/// <summary>What the jobs of a pipeline reported of their tests.</summary>
public sealed record TestCounts(int Passed, int Failed = 0, int Skipped = 0)
{
    public int Total => Passed + Failed + Skipped;
}

/// <summary>A pipeline. Ids of gitlab.com left the 32-bit range in 2025, and so do these.</summary>
/// <param name="Ref">A branch, or <c>refs/merge-requests/N/head</c> for merge request pipelines.</param>
public sealed record Pipeline(
    long Id,
    long Iid,
    string Ref,
    string Sha,
    string BeforeSha,
    string Source,
    long UserId,
    CiStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The source of child pipelines.</summary>
    public const string OfParent = "parent_pipeline";

    public bool IsChild => Source is OfParent;

    public long? MergeRequestIid { get; init; }

    public string? Name { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public ImmutableArray<Job> Jobs { get; init; } = [];

    /// <summary>Null when no job reports any.</summary>
    public TestCounts? Tests { get; init; }

    /// <summary>GitLab gathers the reports after it has told of the end.</summary>
    public static readonly TimeSpan ReportsLate = TimeSpan.FromMinutes(1);

    /// <summary>What can be read of the tests by now.</summary>
    public TestCounts? ReportedTests(DateTimeOffset now) => FinishedAt + ReportsLate <= now ? Tests : null;
}
