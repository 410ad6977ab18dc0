namespace GitLabJira.Functions.GitLab.Projects;

public enum SyncRunState
{
    Listing,
    Running,
    Waiting,
    Completed,
    Failed,
    Stopped,
}

/// <summary>Codes of why a run waits or failed. The page goes by them; do not rename.</summary>
public static class SyncReasons
{
    public const string RateLimited = "gitlab_rate_limited";
    public const string Unavailable = "gitlab_unavailable";
    public const string HostBusy = "host_busy";
    public const string JustRead = "just_read";
    public const string NeedsSignIn = "needs_sign_in";
    public const string GaveUp = "gave_up";
    public const string NothingThere = "nothing_there";
    public const string ProjectsFailed = "projects_failed";
    public const string KindsRefused = "kinds_refused";
    public const string Other = "other";
}

/// <summary>Progress of a run as the page shows it.</summary>
public sealed record SyncRunProgress
{
    public required Guid LinkId { get; init; }
    public required string RunId { get; init; }
    public required SyncRunState State { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Null until the project list is written.</summary>
    public int? ProjectsTotal { get; init; }
    public int ProjectsDone { get; init; }
    public int ProjectsFailed { get; init; }
    public int Wave { get; init; }

    /// <summary>Null until the run has begun, when somebody did not plan it before.</summary>
    public SyncPlan? Plan { get; init; }

    /// <summary>Of the projects that are done.</summary>
    public KindCounts Counts { get; init; } = [];

    /// <summary>Why it waits or failed, in words for the page.</summary>
    public string? Reason { get; init; }

    /// <summary>The same for programs: one of <see cref="SyncReasons"/>.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>When a run that waits goes on.</summary>
    public DateTimeOffset? ResumeAt { get; init; }
}

/// <summary>Rows of <c>SyncRuns</c>: written by the initial sync, read by the page.</summary>
public interface ISyncRuns
{
    Task<SyncRunProgress?> FindAsync(Guid linkId, string runId, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<SyncRunProgress>> ListAsync(Guid linkId, int count, CancellationToken cancellationToken);

    /// <summary>Writes down a run that somebody asks for, before it is started.</summary>
    Task PlanAsync(Guid linkId, string runId, SyncPlan plan, CancellationToken cancellationToken);

    /// <summary>Takes back a run that was never started.</summary>
    Task WithdrawAsync(Guid linkId, string runId, CancellationToken cancellationToken);

    /// <summary>Removes the link's runs.</summary>
    Task DropAsync(Guid linkId, CancellationToken cancellationToken);
}
