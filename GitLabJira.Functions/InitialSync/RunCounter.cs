using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.InitialSync;

/// <summary>How many projects of a run are done, failed, and there.</summary>
public sealed record RunCount(int Total, int Done, int Failed, KindCounts Counts)
{
    public bool IsComplete => Done + Failed >= Total;

    /// <summary>What the page says of a complete run; null when all went well.</summary>
    public string? Reason => string.Join(' ', Reasons()) is { Length: > 0 } reasons ? reasons : null;

    public string? ReasonCode => Failed > 0 ? SyncReasons.ProjectsFailed : Reason is null ? null : SyncReasons.KindsRefused;

    private IEnumerable<string> Reasons()
    {
        if (Failed > 0)
        {
            yield return $"{Failed} of {Total} projects could not be read.";
        }

        foreach (var (kind, count) in Counts.Where(counted => counted.Value.Refused > 0).OrderBy(counted => counted.Key))
        {
            yield return $"GitLab does not show the {KindWords.Of(kind)} of {count.Refused} projects.";
        }
    }
}

/// <summary>Counts what a run has done, and keeps it in the run's row for the page.</summary>
public sealed class RunCounter(SyncProjectStore projects, SyncRunStore runs, TimeProvider clock)
{
    public async Task<RunCount> CountAsync(Guid linkId, string runId, int wave, CancellationToken cancellationToken)
    {
        var counts = new KindCounts();
        var count = new RunCount(0, 0, 0, counts);

        await foreach (var row in projects.ListAsync(linkId, runId, cancellationToken))
        {
            count = new RunCount(
                count.Total + 1,
                count.Done + (row.State is SyncProjectState.Done ? 1 : 0),
                count.Failed + (row.State is SyncProjectState.Failed ? 1 : 0),
                counts);
            counts.Add(row.Counts);
        }

        await runs.UpdateAsync(
            linkId,
            runId,
            clock.GetUtcNow(),
            run => run with { ProjectsTotal = count.Total, ProjectsDone = count.Done, ProjectsFailed = count.Failed, Wave = wave, Counts = counts },
            cancellationToken);

        return count;
    }
}
