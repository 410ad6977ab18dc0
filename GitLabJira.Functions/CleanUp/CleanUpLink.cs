using GitLabJira.Functions.GitLab.Links;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace GitLabJira.Functions.CleanUp;

/// <summary>Takes everything of an unlinked group away: the sync, the hooks, what waits, what Jira holds, our rows (design 8, Unlink). Each step is idempotent and bound to the link's epoch, so it goes on wherever it was interrupted.</summary>
public static partial class CleanUpLink
{
    private const int SyncPolls = 60;
    private const int PollsBeforeForce = 24;
    private const int WaitsPerGeneration = 20;

    // Two weeks, as long as an outbox row lives; a site that has not answered by then is gone.
    private const int LastSweep = 14 * 24;

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LaterSweeps = TimeSpan.FromHours(1);

    [Function(LinkCleanUp.Orchestration)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, LinkCleanUpInput input)
    {
        var logger = context.CreateReplaySafeLogger(typeof(CleanUpLink));

        if (input.Stage is LinkCleanUpStage.Start)
        {
            await StopSyncAsync(context, input, logger);
            await RemoveHooksAsync(context, input, logger);
            await context.CallActivityAsync(nameof(LinkCleanUpActivities.DropLinkOutbox), input, CleanUpRetry.Patient);
            input = input with { Stage = input.InstallationGone ? LinkCleanUpStage.Finish : LinkCleanUpStage.Delete };
        }

        if (input.Stage is LinkCleanUpStage.Delete)
        {
            if (!await DeleteAsync(context, input))
            {
                return;
            }

            input = input with { Stage = LinkCleanUpStage.Sweep };
        }

        if (input.Stage is LinkCleanUpStage.Sweep)
        {
            if (input.SweptSince is null)
            {
                // Jira applies in its own time, and something may have been on its way: what comes after the deletion is found by a second one.
                await context.CreateTimer(input.Sweeps < 6 ? SettlingTime : LaterSweeps, CancellationToken.None);
                input = input with { SweptSince = new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero) };
            }

            if (!await DeleteAsync(context, input))
            {
                return;
            }

            if (await context.CallActivityAsync<bool>(nameof(LinkCleanUpActivities.LinkExistsAtJira), input, CleanUpRetry.Patient))
            {
                if (input.Sweeps < LastSweep)
                {
                    context.ContinueAsNew(input with { Sweeps = input.Sweeps + 1, SweptSince = null });
                    return;
                }

                Log.LeftAtJira(logger, input.LinkId);
            }
        }

        await context.CallActivityAsync(nameof(LinkCleanUpActivities.RemoveLinkRows), input, CleanUpRetry.Patient);
        Log.Finished(logger, input.LinkId);
    }

    private static async Task StopSyncAsync(TaskOrchestrationContext context, LinkCleanUpInput input, ILogger logger)
    {
        for (var poll = 0; poll < SyncPolls; poll++)
        {
            var stop = new StopLinkSyncInput(input, Force: poll >= PollsBeforeForce);

            if (await context.CallActivityAsync<bool>(nameof(LinkCleanUpActivities.StopLinkSync), stop, CleanUpRetry.Patient))
            {
                return;
            }

            await context.CreateTimer(PollEvery, CancellationToken.None);
        }

        // Its rows and deliveries carry the old epoch: whatever it still writes is dropped.
        Log.SyncStillRuns(logger, input.LinkId);
    }

    private static async Task RemoveHooksAsync(TaskOrchestrationContext context, LinkCleanUpInput input, ILogger logger)
    {
        try
        {
            await context.CallActivityAsync(nameof(LinkCleanUpActivities.RemoveLinkHooks), input, CleanUpRetry.Brief);
        }
        catch (TaskFailedException)
        {
            // Its deliveries are answered with 410, whereupon GitLab disables it.
            Log.HooksLeft(logger, input.LinkId);
        }
    }

    /// <returns>False when this generation has ended and the next one goes on.</returns>
    private static async Task<bool> DeleteAsync(TaskOrchestrationContext context, LinkCleanUpInput input)
    {
        for (var waits = 0; waits < WaitsPerGeneration; waits++)
        {
            var step = await context.CallActivityAsync<LinkDeletion>(nameof(LinkCleanUpActivities.DeleteLinkAtJira), input, CleanUpRetry.Patient);

            if (step.WaitFor is not { } wait)
            {
                return true;
            }

            await context.CreateTimer(wait, CancellationToken.None);
        }

        // A short history replays fast; the stage says where to go on.
        context.ContinueAsNew(input);
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Cleaned up after link {LinkId}.")]
        public static partial void Finished(ILogger logger, Guid linkId);

        [LoggerMessage(2, LogLevel.Warning, "The sync of link {LinkId} did not end; its clean-up goes on without it.")]
        public static partial void SyncStillRuns(ILogger logger, Guid linkId);

        [LoggerMessage(3, LogLevel.Warning, "The hooks of link {LinkId} could not be removed.")]
        public static partial void HooksLeft(ILogger logger, Guid linkId);

        [LoggerMessage(4, LogLevel.Error, "Jira still holds data of link {LinkId} after two weeks of deleting it.")]
        public static partial void LeftAtJira(ILogger logger, Guid linkId);
    }
}
