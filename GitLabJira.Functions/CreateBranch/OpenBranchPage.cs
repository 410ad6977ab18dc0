using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Where Jira's "Create branch" leads, in a new tab. Its token must not stay in an address that lands in histories and logs: a ticket takes its place, behind the hash, which no browser sends to anyone.</summary>
public sealed class OpenBranchPage(IConnectAuthenticator authenticator, BranchVisits visits, IOptions<AppOptions> app)
{
    private const int LongestKey = 255;

    /// <summary>Jira's own limit of a summary.</summary>
    private const int LongestSummary = 255;

    [Function(nameof(OpenBranchPage))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ConnectRoutes.CreateBranch)] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await authenticator.AuthenticateUrlAsync(request, cancellationToken) is not { AccountId: { } account, Installation: { } site })
        {
            return StartAgain(request);
        }

        var visit = new BranchVisit(site.ClientKey, site.Epoch, account, Cut(request.Query["issue_key"].ToString(), LongestKey), Cut(request.Query["issue_summary"].ToString(), LongestSummary));
        var ticket = await visits.IssueTicketAsync(visit, cancellationToken);

        // 303: whatever the browser came with, it goes on with a plain GET (RFC 9110, 15.4.4).
        request.HttpContext.Response.Headers.Location = $"{app.Value.Address($"/{ServeBranchPage.Route}").AbsoluteUri}#ticket={ticket}";
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>For whoever comes without a good token: a browser shows the page, which says how to start again; anything else gets a plain refusal.</summary>
    private static IResult StartAgain(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        ? UnframedPage.Of(request, ServeBranchPage.File, StatusCodes.Status401Unauthorized)
        : Problem.Unauthorized();

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
