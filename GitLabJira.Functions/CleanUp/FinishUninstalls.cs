using GitLabJira.Functions.Jira.Installations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.CleanUp;

/// <summary>Starts every minute the clean-ups of uninstalls that nobody started: Jira tells of an uninstall once, and a process may die right after it has noted it.</summary>
public sealed partial class FinishUninstalls(IInstallationStore installations, ILogger<FinishUninstalls> logger)
{
    [Function(nameof(FinishUninstalls))]
    public async Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        await foreach (var due in installations.DueCleanUpsAsync(cancellationToken))
        {
            try
            {
                await InstallationCleanUp.StartAsync(durable, installations, due, cancellationToken);
                Log.Started(logger, due.ClientKey, due.Epoch);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // One bad site must not stop the others.
                Log.Failed(logger, due.ClientKey, failure.GetType().Name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Started the clean-up after the uninstall of {ClientKey} (epoch {Epoch}), which had been left out.")]
        public static partial void Started(ILogger logger, string clientKey, int epoch);

        [LoggerMessage(2, LogLevel.Error, "The clean-up after the uninstall of {ClientKey} could not be started: {Failure}.")]
        public static partial void Failed(ILogger logger, string clientKey, string failure);
    }
}
