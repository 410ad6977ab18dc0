using GitLabJira.Functions.Trail.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Tells what became of an issue, merge request, branch, commit, pipeline, deployment or flag, and why it does not show. Nothing known is an answer too.</summary>
public sealed class ShowTrail(PageGate gate, OwnLinks links, TrailReader trail)
{
    [Function(nameof(ShowTrail))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/trail")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToReadAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        if (!Guid.TryParse(request.Query["link"], out var linkId))
        {
            return Refusal.BadField("link", "must be the id of a link.").ToResult(request.HttpContext.Response);
        }

        if (TrailQuery.Parse(request.Query["query"].ToString()) is not { } query)
        {
            return Refusal.BadField("query", TrailQuery.Rule).ToResult(request.HttpContext.Response);
        }

        return await links.FindAsync(user, linkId, cancellationToken) is { } link
            ? PageCalls.Answer(StatusCodes.Status200OK, await trail.ReadAsync(link, query, cancellationToken), TrailJson.Default.TrailAnswer)
            : OwnLinks.NotFound.ToResult(request.HttpContext.Response);
    }
}
