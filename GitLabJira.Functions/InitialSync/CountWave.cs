using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Delivery;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Last activity of a wave: counts what is done, wakes delivery once, and ends the run when nothing is left.</summary>
public sealed partial class CountWave(RunGuard guard, RunCounter counter, IDelivery delivery, ILogger<CountWave> logger)
{
    /// <returns>With <see cref="SyncStatus.NextAt"/> while there is more to do.</returns>
    [Function(nameof(CountWave))]
    public async Task<SyncStatus> RunAsync([ActivityTrigger] WaveCount wave, CancellationToken cancellationToken)
    {
        var count = await counter.CountAsync(wave.LinkId, wave.RunId, wave.Wave, cancellationToken);
        await delivery.WakeAsync(wave.ClientKey, cancellationToken);

        Log.Counted(logger, wave.LinkId, wave.RunId, wave.Wave, count.Done, count.Failed, count.Total);

        if (!count.IsComplete)
        {
            return Status(SyncRunState.Running, wave, count) with { NextAt = DateTimeOffset.FromUnixTimeMilliseconds(wave.NextWaveAt) };
        }

        // A run that was stopped meanwhile has read everything all the same; its link is not touched any more.
        var active = await guard.ActiveAsync(wave.ClientKey, wave.LinkId, wave.RunId, cancellationToken) is not null;
        var state = active ? SyncRunState.Completed : SyncRunState.Stopped;
        await guard.EndAsync(wave.ClientKey, wave.LinkId, wave.RunId, state, count.Reason, cancellationToken, count.ReasonCode);

        return Status(state, wave, count);
    }

    private static SyncStatus Status(SyncRunState state, WaveCount wave, RunCount count) => new(state.ToString(), wave.Wave, count.Total, count.Done, count.Failed);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}, run {RunId}: after wave {Wave} {Done} projects are done and {Failed} failed, of {Total}.")]
        public static partial void Counted(ILogger logger, Guid linkId, string runId, int wave, int done, int failed, int total);
    }
}
