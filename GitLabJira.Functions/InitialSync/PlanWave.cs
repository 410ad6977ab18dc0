using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Chooses the projects of the next wave: paused ones that are due first, then those not begun, by id.</summary>
public sealed partial class PlanWave(
    RunGuard guard, SyncProjectStore projects, SyncRunStore runs, RunCounter counter, HostSlots slots, TimeProvider clock, ILogger<PlanWave> logger)
{
    private const int Projects = 20;

    private static readonly TimeSpan SlotWait = TimeSpan.FromMinutes(1);

    [Function(nameof(PlanWave))]
    public async Task<WavePlan> RunAsync([ActivityTrigger] SyncRunInput input, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        if (await guard.ActiveAsync(input.ClientKey, input.LinkId, input.RunId, cancellationToken) is not { } link)
        {
            Log.Stopped(logger, input.LinkId, input.RunId);
            return await EndAsync(input, SyncRunState.Stopped, reason: null, cancellationToken);
        }

        var (due, unfinished, resumeAt) = await LookAsync(input, now, cancellationToken);

        if (unfinished == 0)
        {
            // The last wave's count may have been lost.
            var count = await counter.CountAsync(input.LinkId, input.RunId, input.Wave, cancellationToken);
            return await EndAsync(input, SyncRunState.Completed, count.Reason, cancellationToken, count.ReasonCode);
        }

        if (now.ToUnixTimeMilliseconds() >= input.GiveUpAt)
        {
            Log.GaveUp(logger, input.LinkId, input.RunId, unfinished);
            return await EndAsync(input, SyncRunState.Failed, $"{unfinished} projects could not be read within 24 hours.", cancellationToken, SyncReasons.GaveUp);
        }

        if (due.Count == 0)
        {
            return await WaitAsync(link, input, resumeAt, "GitLab asks to slow down.", SyncReasons.RateLimited, cancellationToken);
        }

        // Not more than one wave a minute, also when another run has just ended.
        if (input.Wave == 0 && await projects.LastStartAsync(link.Id, now - InitialSyncOrchestrator.WaveGap, cancellationToken) is { } last)
        {
            return await WaitAsync(link, input, last + InitialSyncOrchestrator.WaveGap, "Projects of this group were read within the last minute.", SyncReasons.JustRead, cancellationToken);
        }

        if (!await slots.TryHoldAsync(link.Host, SyncRun.InstanceId(link.Id, input.RunId), cancellationToken))
        {
            return await WaitAsync(link, input, now + SlotWait, "Other groups of this GitLab are being synchronised.", SyncReasons.HostBusy, cancellationToken);
        }

        await runs.UpdateAsync(link.Id, input.RunId, now, run => run with { State = SyncRunState.Running, Wave = input.Wave + 1, Reason = null }, cancellationToken);
        return new WavePlan(RunStep.Go, due);
    }

    private async Task<(IReadOnlyList<long> Due, int Unfinished, DateTimeOffset ResumeAt)> LookAsync(SyncRunInput input, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (paused, begun, untouched) = (new List<long>(), new List<long>(), new List<long>());
        var unfinished = 0;
        var resumeAt = DateTimeOffset.MaxValue;

        await foreach (var row in projects.ListAsync(input.LinkId, input.RunId, cancellationToken))
        {
            unfinished += row.IsFinished ? 0 : 1;

            switch (row.State)
            {
                case SyncProjectState.Paused when row.ResumeAt > now:
                    resumeAt = row.ResumeAt.Value < resumeAt ? row.ResumeAt.Value : resumeAt;
                    break;
                case SyncProjectState.Paused:
                    Take(paused, row.ProjectId);
                    break;
                // Its wave is over, so the attempt ended without a word.
                case SyncProjectState.Running:
                    Take(begun, row.ProjectId);
                    break;
                case SyncProjectState.Pending:
                    Take(untouched, row.ProjectId);
                    break;
            }
        }

        return ([.. paused.Concat(begun).Concat(untouched).Take(Projects)], unfinished, resumeAt);
    }

    private static void Take(List<long> projects, long projectId)
    {
        if (projects.Count < Projects)
        {
            projects.Add(projectId);
        }
    }

    private async Task<WavePlan> WaitAsync(Link link, SyncRunInput input, DateTimeOffset resumeAt, string reason, string code, CancellationToken cancellationToken)
    {
        await runs.UpdateAsync(link.Id, input.RunId, clock.GetUtcNow(), run => run with { State = SyncRunState.Waiting, Reason = reason, ReasonCode = code, ResumeAt = resumeAt }, cancellationToken);

        // Looking now and then notices a run that was stopped while it waits.
        var latest = clock.GetUtcNow().AddMinutes(5);
        return new WavePlan(RunStep.Wait, [], Milliseconds.NotBefore(resumeAt < latest ? resumeAt : latest));
    }

    private async Task<WavePlan> EndAsync(SyncRunInput input, SyncRunState state, string? reason, CancellationToken cancellationToken, string? code = null)
    {
        await guard.EndAsync(input.ClientKey, input.LinkId, input.RunId, state, reason, cancellationToken, code);
        return new WavePlan(RunStep.End, []);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}: run {RunId} is not the active one any more and stops.")]
        public static partial void Stopped(ILogger logger, Guid linkId, string runId);

        [LoggerMessage(2, LogLevel.Error, "Link {LinkId}: run {RunId} gives up with {Projects} projects unread.")]
        public static partial void GaveUp(ILogger logger, Guid linkId, string runId, int projects);
    }
}
