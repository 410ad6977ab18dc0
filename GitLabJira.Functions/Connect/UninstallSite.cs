using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Connect;

/// <summary>Jira tells that a site removed the app. Jira never repeats it, so it is in durable storage that the clean-up is due before the answer goes out.</summary>
public sealed partial class UninstallSite(LifecycleCalls calls, IInstallationStore installations, ILogger<UninstallSite> logger)
{
    [Function(nameof(UninstallSite))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = ConnectRoutes.Uninstalled)] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var (call, refusal) = await calls.ReadAsync(request, "uninstalled", cancellationToken);

        if (call is null)
        {
            return refusal!;
        }

        var (outcome, epoch) = await installations.UninstallAsync(call, cancellationToken);
        Log.Uninstalled(logger, call.ClientKey, outcome);

        if (outcome is LifecycleOutcome.Applied)
        {
            await StartCleanUpAsync(durable, new DueCleanUp(call.ClientKey, epoch), cancellationToken);
        }

        return outcome switch
        {
            LifecycleOutcome.TokenReused => Problem.Unauthorized(),
            LifecycleOutcome.Unknown => Problem.Of(StatusCodes.Status404NotFound, "unknown_installation", "This site did not install the app."),
            _ => TypedResults.Ok(),
        };
    }

    private async Task StartCleanUpAsync(DurableTaskClient durable, DueCleanUp cleanUp, CancellationToken cancellationToken)
    {
        try
        {
            await InstallationCleanUp.StartAsync(durable, installations, cleanUp, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // It stands in the row that it is due, and a timer looks for that.
            Log.NotStarted(logger, cleanUp.ClientKey, failure.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Uninstall of {ClientKey}: {Outcome}.")]
        public static partial void Uninstalled(ILogger logger, string clientKey, LifecycleOutcome outcome);

        [LoggerMessage(2, LogLevel.Warning, "The clean-up after the uninstall of {ClientKey} starts later: {Failure}.")]
        public static partial void NotStarted(ILogger logger, string clientKey, string failure);
    }
}
