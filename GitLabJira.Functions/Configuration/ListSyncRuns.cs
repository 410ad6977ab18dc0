using GitLabJira.Functions.GitLab.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

public sealed record RunList(string Reason, IReadOnlyList<RunView> Runs);

public sealed record SyncStarted(string Reason, string RunId);

/// <summary>Lists a link's syncs, the newest first.</summary>
public sealed class ListSyncRuns(PageGate gate, OwnLinks links, ISyncRuns runs)
{
    private const int Most = 50;

    [Function(nameof(ListSyncRuns))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/links/{linkId:guid}/runs")] HttpRequest request,
        Guid linkId,
        CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToReadAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        if (await links.FindAsync(user, linkId, cancellationToken) is not { } link)
        {
            return OwnLinks.NotFound.ToResult(request.HttpContext.Response);
        }

        var found = await runs.ListAsync(link.Id, Most, cancellationToken);
        return PageCalls.Answer(StatusCodes.Status200OK, new RunList(Reasons.Listed, [.. found.Select(run => RunViews.Of(link, run))]), ConfigurationJson.Default.RunList);
    }
}
