using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace GitLabJira.Functions.CleanUp;

/// <summary>Takes everything of a site away that removed the app: its links with their hooks in GitLab, its people's grants. Jira is not called: it purges what the app wrote by itself.</summary>
public static partial class CleanUpInstallation
{
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMinutes(10);

    [Function(InstallationCleanUp.Orchestration)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, InstallationCleanUpInput input)
    {
        var logger = context.CreateReplaySafeLogger(typeof(CleanUpInstallation));

        var batch = await context.CallActivityAsync<LinkCleanUpBatch>(nameof(InstallationCleanUpActivities.BeginLinkCleanUps), input, CleanUpRetry.Patient);

        if (batch.LastLinkId is { } last)
        {
            await Task.WhenAll(batch.Links.Select(link => CleanUpAsync(context, link, logger)));
            context.ContinueAsNew(input with { LastLinkId = last });
            return;
        }

        // After the hooks, which only a grant can remove.
        await context.CallActivityAsync(nameof(InstallationCleanUpActivities.RevokeGrants), input, CleanUpRetry.Patient);
        await context.CallActivityAsync(nameof(InstallationCleanUpActivities.DropSite), input, CleanUpRetry.Patient);

        if (!input.SecondLook)
        {
            // Who was let in just before the uninstall may have linked or signed in just after the first look.
            await context.CreateTimer(SettlingTime, CancellationToken.None);
            context.ContinueAsNew(input with { LastLinkId = null, SecondLook = true });
            return;
        }

        Log.Finished(logger, input.Epoch);
    }

    private static async Task CleanUpAsync(TaskOrchestrationContext context, LinkCleanUpInput link, ILogger logger)
    {
        try
        {
            await context.CallSubOrchestratorAsync(LinkCleanUp.Orchestration, link);
        }
        catch (TaskFailedException)
        {
            // One bad link never stops the others.
            Log.LinkFailed(logger, link.LinkId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Cleaned up after an uninstall (epoch {Epoch}).")]
        public static partial void Finished(ILogger logger, int epoch);

        [LoggerMessage(2, LogLevel.Error, "The clean-up of link {LinkId} failed after an uninstall.")]
        public static partial void LinkFailed(ILogger logger, Guid linkId);
    }
}
