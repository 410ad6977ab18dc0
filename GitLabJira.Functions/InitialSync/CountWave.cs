using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Delivery;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Last activity of a wave: counts what is done, wakes delivery once, and ends the run when nothing is left.</summary>
public sealed partial class CountWave(RunGuard guard, SyncProjectStore projects, SyncRunStore runs, IDelivery delivery, TimeProvider clock, ILogger<CountWave> logger)
{
    /// <returns>With <see cref="SyncStatus.NextAt"/> while there is more to do.</returns>
    [Function(nameof(CountWave))]
    public async Task<SyncStatus> RunAsync([ActivityTrigger] WaveCount wave, CancellationToken cancellationToken)
    {
        var (total, done, failed) = (0, 0, 0);

        await foreach (var row in projects.ListAsync(wave.LinkId, wave.RunId, cancellationToken))
        {
            total++;
            done += row.State is SyncProjectState.Done ? 1 : 0;
            failed += row.State is SyncProjectState.Failed ? 1 : 0;
        }

        await runs.UpdateAsync(
            wave.LinkId,
            wave.RunId,
            clock.GetUtcNow(),
            run => run with { ProjectsTotal = total, ProjectsDone = done, ProjectsFailed = failed, Wave = wave.Wave },
            cancellationToken);
        await delivery.WakeAsync(wave.ClientKey, cancellationToken);

        Log.Counted(logger, wave.LinkId, wave.RunId, wave.Wave, done, failed, total);

        if (done + failed < total)
        {
            return new SyncStatus(nameof(SyncRunState.Running), wave.Wave, total, done, failed, DateTimeOffset.FromUnixTimeMilliseconds(wave.NextWaveAt));
        }

        // A run that was stopped meanwhile has read everything all the same; its link is not touched any more.
        var active = await guard.ActiveAsync(wave.ClientKey, wave.LinkId, wave.RunId, cancellationToken) is not null;
        var state = active ? SyncRunState.Completed : SyncRunState.Stopped;
        await guard.EndAsync(wave.ClientKey, wave.LinkId, wave.RunId, state, failed == 0 ? null : $"{failed} of {total} projects could not be read.", cancellationToken);

        return new SyncStatus(state.ToString(), wave.Wave, total, done, failed);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}, run {RunId}: after wave {Wave} {Done} projects are done and {Failed} failed, of {Total}.")]
        public static partial void Counted(ILogger logger, Guid linkId, string runId, int wave, int done, int failed, int total);
    }
}
