using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Health;

/// <summary>Says whether the app could take a webhook now: 200, or 503 with what is missing. For anybody, so it tells names of checks and no reasons; those are in the log.</summary>
public sealed class ShowReadiness(Readiness readiness)
{
    [Function(nameof(ShowReadiness))]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request, CancellationToken cancellationToken)
    {
        var checks = await readiness.CheckAsync().WaitAsync(cancellationToken);
        var isReady = checks.Values.All(passed => passed);

        return TypedResults.Json(
            new { status = isReady ? "ready" : "not_ready", checks },
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
