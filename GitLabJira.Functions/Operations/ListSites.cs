using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Operations;

/// <summary>Lists all sites: their state, what they wait for, and how much waits for them.</summary>
public sealed class ListSites(OperatorDesk desk)
{
    [Function(nameof(ListSites))]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "operations/sites")] HttpRequest request, CancellationToken cancellationToken) =>
        OperatorCalls.Answer(StatusCodes.Status200OK, new SiteReports(OperatorCalls.Listed, await desk.ListSitesAsync(cancellationToken)), OperatorJson.Default.SiteReports);
}
