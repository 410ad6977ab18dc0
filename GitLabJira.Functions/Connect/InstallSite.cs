using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Connect;

/// <summary>Jira tells that a site installed the app, or upgraded it, or that its secret or address changed. Jira waits for the answer, so nothing else happens here.</summary>
public sealed partial class InstallSite(LifecycleCalls calls, IInstallationStore installations, ILogger<InstallSite> logger)
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

        return outcome is LifecycleOutcome.TokenReused ? Problem.Unauthorized() : TypedResults.Ok();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Install of {ClientKey}: {Outcome}.")]
        public static partial void Installed(ILogger logger, string clientKey, LifecycleOutcome outcome);
    }
}
