using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Connect;

/// <summary>Jira tells that a site removed the app. Jira never repeats it, so the clean-up is in durable storage before the answer.</summary>
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

        var (outcome, epoch) = await installations.JudgeUninstallAsync(call, cancellationToken);

        if (outcome is LifecycleOutcome.Applied)
        {
            // The clean-up first, which ends the installation too if we do not live to do it.
            var input = new InstallationCleanUpInput { ClientKey = call.ClientKey, Epoch = epoch, UninstalledAt = call.IssuedAt.ToUnixTimeSeconds() };
            await durable.EnsureStartedAsync(InstallationCleanUp.Orchestration, InstallationCleanUp.InstanceId(call.ClientKey, epoch), input, cancellationToken);
            outcome = await installations.UninstallAsync(call, cancellationToken);
        }

        Log.Uninstalled(logger, call.ClientKey, outcome);

        return outcome switch
        {
            LifecycleOutcome.TokenReused => Problem.Unauthorized(),
            LifecycleOutcome.Unknown => Problem.Of(StatusCodes.Status404NotFound, "unknown_installation", "This site did not install the app."),
            _ => TypedResults.Ok(),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Uninstall of {ClientKey}: {Outcome}.")]
        public static partial void Uninstalled(ILogger logger, string clientKey, LifecycleOutcome outcome);
    }
}
