using GitLabJira.Functions.GitLab.Projects;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Reads a linked group's history in waves of at most 20 projects, never more than 20 in any 60 seconds. Deterministic: all I/O lives in the activities.</summary>
public static partial class InitialSyncOrchestrator
{
    /// <summary>A little more than a minute: starts are stamped a moment before GitLab is called.</summary>
    internal static readonly TimeSpan WaveGap = TimeSpan.FromMilliseconds(60_250);

    /// <summary>How long a run tries (design 8).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>After failures of our own storage, which no activity could answer for.</summary>
    private static readonly TimeSpan Backoff = TimeSpan.FromMinutes(5);

    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 4, firstRetryInterval: TimeSpan.FromSeconds(5), backoffCoefficient: 2));

    /// <summary>One generation: one wave, or one wait. What stays is the number of the wave and the run's id, so the history does not grow with the number of projects.</summary>
    [Function(SyncRun.Orchestration)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, SyncRunInput input)
    {
        var logger = context.CreateReplaySafeLogger(typeof(InitialSyncOrchestrator));
        input = input.GiveUpAt > 0 ? input : input with { GiveUpAt = Milliseconds(context.CurrentUtcDateTime + Patience) };

        try
        {
            if (!input.Listed)
            {
                context.SetCustomStatus(new SyncStatus(nameof(SyncRunState.Listing), input.Wave));
                var listed = await context.CallActivityAsync<ListAnswer>(nameof(ListProjects), input, Retry);
                input = input with { Listed = listed.Step is RunStep.Go };

                if (listed.Step is not RunStep.Go)
                {
                    Wait(context, input, listed.Step, listed.ResumeAt);
                    await CarryOnAsync(context, input, listed.Step, listed.ResumeAt);
                    return;
                }
            }

            var plan = await context.CallActivityAsync<WavePlan>(nameof(PlanWave), input, Retry);

            if (plan.Step is not RunStep.Go)
            {
                Wait(context, input, plan.Step, plan.ResumeAt);
                await CarryOnAsync(context, input, plan.Step, plan.ResumeAt);
                return;
            }

            input = input with { Wave = input.Wave + 1 };
            await RunWaveAsync(context, logger, input, plan.ProjectIds);
        }
        catch (TaskFailedException failure)
        {
            Log.Stumbled(logger, context.InstanceId, failure.TaskName);
            await context.CreateTimer(Backoff, CancellationToken.None);
            context.ContinueAsNew(input);
        }
    }

    private static async Task RunWaveAsync(TaskOrchestrationContext context, ILogger logger, SyncRunInput input, IReadOnlyList<long> projectIds)
    {
        var waveAt = Milliseconds(context.CurrentUtcDateTime);
        Log.Wave(logger, context.InstanceId, input.Wave, projectIds.Count);

        var answers = await Task.WhenAll(projectIds.Select(projectId => AttemptAsync(context, logger, input, projectId, waveAt)));

        // A wave that called nobody still takes its minute: it was late, and hurry would make it later.
        var nextWaveAt = answers.Select(answer => answer.StartedAt).Append(waveAt).Max() + (long)WaveGap.TotalMilliseconds;
        var count = new WaveCount { ClientKey = input.ClientKey, LinkId = input.LinkId, RunId = input.RunId, Wave = input.Wave, NextWaveAt = nextWaveAt };
        var status = await context.CallActivityAsync<SyncStatus>(nameof(CountWave), count, Retry);

        context.SetCustomStatus(status);
        await CarryOnAsync(context, input, status.NextAt is null ? RunStep.End : RunStep.Wait, nextWaveAt);
    }

    /// <summary>Without a retry policy: a project that failed joins a later wave, where it counts as a start.</summary>
    private static async Task<ProjectAnswer> AttemptAsync(TaskOrchestrationContext context, ILogger logger, SyncRunInput input, long projectId, long waveAt)
    {
        var work = new ProjectWork
        {
            ClientKey = input.ClientKey,
            LinkId = input.LinkId,
            RunId = input.RunId,
            ProjectId = projectId,
            Wave = input.Wave,
            WaveAt = waveAt,
        };

        try
        {
            return await context.CallActivityAsync<ProjectAnswer>(nameof(SyncProject), work);
        }
        catch (TaskFailedException)
        {
            // It may have called GitLab at any moment until now.
            Log.Lost(logger, context.InstanceId, projectId);
            return new ProjectAnswer(ProjectOutcome.Interrupted, Milliseconds(context.CurrentUtcDateTime));
        }
    }

    private static async Task CarryOnAsync(TaskOrchestrationContext context, SyncRunInput input, RunStep step, long resumeAt)
    {
        if (step is RunStep.End)
        {
            return;
        }

        var wait = TimeSpan.FromMilliseconds(resumeAt - Milliseconds(context.CurrentUtcDateTime));

        if (wait > TimeSpan.Zero)
        {
            await context.CreateTimer(wait, CancellationToken.None);
        }

        context.ContinueAsNew(input);
    }

    private static void Wait(TaskOrchestrationContext context, SyncRunInput input, RunStep step, long resumeAt)
    {
        if (step is RunStep.Wait)
        {
            context.SetCustomStatus(new SyncStatus(nameof(SyncRunState.Waiting), input.Wave, NextAt: DateTimeOffset.FromUnixTimeMilliseconds(resumeAt)));
        }
    }

    private static long Milliseconds(DateTime utc) => new DateTimeOffset(utc, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Run {InstanceId} begins wave {Wave} with {Projects} projects.")]
        public static partial void Wave(ILogger logger, string instanceId, int wave, int projects);

        [LoggerMessage(2, LogLevel.Warning, "Run {InstanceId}: the attempt at project {ProjectId} ended without an answer; it joins a later wave.")]
        public static partial void Lost(ILogger logger, string instanceId, long projectId);

        [LoggerMessage(3, LogLevel.Error, "Run {InstanceId}: activity {Activity} failed repeatedly; the run goes on in a while.")]
        public static partial void Stumbled(ILogger logger, string instanceId, string activity);
    }
}
