using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Operations;

/// <summary>Lists the links of all sites.</summary>
public sealed class ListEveryLink(OperatorDesk desk)
{
    [Function(nameof(ListEveryLink))]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "operations/links")] HttpRequest request, CancellationToken cancellationToken) =>
        OperatorCalls.Answer(StatusCodes.Status200OK, new LinkReports(OperatorCalls.Listed, await desk.ListLinksAsync(cancellationToken)), OperatorJson.Default.LinkReports);
}
