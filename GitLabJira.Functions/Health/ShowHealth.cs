using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Health;

/// <summary>Says that the process runs and nothing more: for whoever restarts what does not answer.</summary>
public sealed class ShowHealth
{
    [Function(nameof(ShowHealth))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) => TypedResults.Ok(new { status = "live" });
}
