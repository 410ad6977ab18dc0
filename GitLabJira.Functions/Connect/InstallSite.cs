using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Connect;

/// <summary>Jira tells that a site installed the app, or upgraded it, or that its secret or address changed. Jira waits for the answer, so nothing else happens here.</summary>
public sealed partial class InstallSite(LifecycleCalls calls, IInstallationStore installations, IDelivery delivery, ILogger<InstallSite> logger)
{
    [Function(nameof(InstallSite))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = ConnectRoutes.Installed)] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var (call, refusal) = await calls.ReadAsync(request, "installed", cancellationToken);

        if (call is null)
        {
            return refusal!;
        }

        var outcome = await installations.InstallAsync(call, cancellationToken);
        Log.Installed(logger, call.ClientKey, outcome);

        if (outcome is LifecycleOutcome.Applied)
        {
            await WakeAsync(call.ClientKey, cancellationToken);
        }

        return outcome is LifecycleOutcome.TokenReused ? Problem.Unauthorized() : TypedResults.Ok();
    }

    // What waits because the secret or the address was wrong can go now.
    private async Task WakeAsync(string clientKey, CancellationToken cancellationToken)
    {
        try
        {
            await delivery.WakeAsync(clientKey, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The install stands, and a timer looks after what waits: not worth a failed install.
            Log.NotWoken(logger, clientKey, failure.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Install of {ClientKey}: {Outcome}.")]
        public static partial void Installed(ILogger logger, string clientKey, LifecycleOutcome outcome);

        [LoggerMessage(2, LogLevel.Warning, "Delivery to {ClientKey} could not be woken after an install: {Failure}.")]
        public static partial void NotWoken(ILogger logger, string clientKey, string failure);
    }
}
