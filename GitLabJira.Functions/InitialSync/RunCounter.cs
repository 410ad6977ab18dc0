using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.InitialSync;

/// <summary>How many projects of a run are done, failed, and there.</summary>
public sealed record RunCount(int Total, int Done, int Failed)
{
    public bool IsComplete => Done + Failed >= Total;

    /// <summary>What the page says of a complete run; null when all went well.</summary>
    public string? Reason => Failed == 0 ? null : $"{Failed} of {Total} projects could not be read.";
}

/// <summary>Counts what a run has done, and keeps it in the run's row for the page.</summary>
public sealed class RunCounter(SyncProjectStore projects, SyncRunStore runs, TimeProvider clock)
{
    public async Task<RunCount> CountAsync(Guid linkId, string runId, int wave, CancellationToken cancellationToken)
    {
        var count = new RunCount(0, 0, 0);

        await foreach (var row in projects.ListAsync(linkId, runId, cancellationToken))
        {
            count = new RunCount(
                count.Total + 1,
                count.Done + (row.State is SyncProjectState.Done ? 1 : 0),
                count.Failed + (row.State is SyncProjectState.Failed ? 1 : 0));
        }

        await runs.UpdateAsync(
            linkId,
            runId,
            clock.GetUtcNow(),
            run => run with { ProjectsTotal = count.Total, ProjectsDone = count.Done, ProjectsFailed = count.Failed, Wave = wave },
            cancellationToken);

        return count;
    }
}
