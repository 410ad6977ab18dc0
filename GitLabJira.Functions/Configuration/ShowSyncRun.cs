using GitLabJira.Functions.GitLab.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

public sealed record RunAnswer(string Reason, RunView Run);

/// <summary>Shows how far one sync is: what a page asks again and again while it goes on, for two point reads.</summary>
public sealed class ShowSyncRun(PageGate gate, OwnLinks links, ISyncRuns runs)
{
    internal static Refusal NotFound { get; } = new(StatusCodes.Status404NotFound, Reasons.RunNotFound, "There is no such synchronisation of this group.");

    [Function(nameof(ShowSyncRun))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/links/{linkId:guid}/runs/{runId:guid}")] HttpRequest request,
        Guid linkId,
        Guid runId,
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

        return await runs.FindAsync(link.Id, runId.ToString("N"), cancellationToken) is { } run
            ? PageCalls.Answer(StatusCodes.Status200OK, new RunAnswer(Reasons.Shown, RunViews.Of(link, run)), ConfigurationJson.Default.RunAnswer)
            : NotFound.ToResult(request.HttpContext.Response);
    }
}
