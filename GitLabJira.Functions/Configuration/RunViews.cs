using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.Configuration;

/// <summary>A sync as the list of links shows it.</summary>
/// <param name="State">A <see cref="SyncRunState"/> in snake case.</param>
/// <param name="Why">Why it waits or failed, in words.</param>
public sealed record SyncView(string State, int? Total, int Done, int Failed, string? Why, DateTimeOffset StartedAt, DateTimeOffset? EndedAt)
{
    public required string Id { get; init; }
    public required int Wave { get; init; }
    public required int PerMinute { get; init; }

    /// <summary>An estimate; null when there is nothing to go by.</summary>
    public int? SecondsLeft { get; init; }

    /// <summary>When a run that waits goes on.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    /// <summary>One of <see cref="SyncReasons"/> beside the words.</summary>
    public string? WhyCode { get; init; }
}

/// <summary>A sync with what it was for and what it found.</summary>
/// <param name="Window">In days.</param>
/// <param name="Project">The only project that was read; null for all.</param>
/// <param name="Counts">By kind, of the projects that are done.</param>
public sealed record RunView(
    string Id,
    string State,
    IReadOnlyList<string>? Kinds,
    int? Window,
    long? Project,
    bool DryRun,
    int? Total,
    int Done,
    int Failed,
    IReadOnlyDictionary<string, KindCount> Counts,
    string? Why,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt)
{
    public required int Wave { get; init; }
    public required int PerMinute { get; init; }
    public int? SecondsLeft { get; init; }
    public DateTimeOffset? ResumeAt { get; init; }
    public string? WhyCode { get; init; }

    /// <summary>The run whose failed projects were read again.</summary>
    public string? RetryOf { get; init; }
}

/// <summary>Shows syncs.</summary>
public static class RunViews
{
    /// <summary>A wave of projects a minute (design 8).</summary>
    private const int Wave = 20;

    public static SyncView Short(SyncRunProgress run) => new(LinkViews.Name(run.State.ToString()), run.ProjectsTotal, run.ProjectsDone, run.ProjectsFailed, run.Reason, run.StartedAt, run.EndedAt)
    {
        Id = run.RunId,
        Wave = run.Wave,
        PerMinute = Wave,
        SecondsLeft = SecondsLeft(run),
        ResumeAt = run.ResumeAt,
        WhyCode = run.ReasonCode,
    };

    public static RunView Of(Link link, SyncRunProgress run)
    {
        // Planned, but a crash came before it got its place in the link's row.
        var isLost = run.EndedAt is null && !string.Equals(link.ActiveRunId, run.RunId, StringComparison.Ordinal);

        return new RunView(
            run.RunId,
            LinkViews.Name((isLost ? SyncRunState.Stopped : run.State).ToString()),
            run.Plan is null ? null : [.. run.Plan.Kinds.Select(SettingsFields.Name)],
            run.Plan?.WindowDays,
            run.Plan?.ProjectId,
            run.Plan?.DryRun ?? false,
            run.ProjectsTotal,
            run.ProjectsDone,
            run.ProjectsFailed,
            run.Counts.OrderBy(counted => counted.Key).ToDictionary(counted => SettingsFields.Name(counted.Key), counted => counted.Value, StringComparer.Ordinal),
            run.Reason,
            run.StartedAt,
            run.EndedAt)
        {
            Wave = run.Wave,
            PerMinute = Wave,
            SecondsLeft = isLost ? null : SecondsLeft(run),
            ResumeAt = isLost ? null : run.ResumeAt,
            WhyCode = run.ReasonCode,
            RetryOf = run.Plan?.RetryOf,
        };
    }

    private static int? SecondsLeft(SyncRunProgress run)
    {
        // While it waits, the time when it goes on says more; and an answer that counts down would be news each time the page asks.
        if (run.EndedAt is not null || run.State is SyncRunState.Waiting || run.ProjectsTotal is not { } total)
        {
            return null;
        }

        return (int)TimeSpan.FromMinutes(Math.Max(1, (total - run.ProjectsDone - run.ProjectsFailed + Wave - 1) / Wave)).TotalSeconds;
    }
}
