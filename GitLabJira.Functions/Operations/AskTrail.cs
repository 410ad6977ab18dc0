using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Trail.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Operations;

/// <summary>Tells an operator what became of an issue or entity of any link.</summary>
public sealed class AskTrail(OperatorDesk desk)
{
    [Function(nameof(AskTrail))]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "operations/trail")] HttpRequest request, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(OperatorCalls.Text(request, "link"), out var linkId))
        {
            return OperatorCalls.Bad("link", "must be the id of a link.");
        }

        if (TrailQuery.Parse(OperatorCalls.Text(request, "query") ?? "") is not { } query)
        {
            return OperatorCalls.Bad("query", TrailQuery.Rule);
        }

        return await desk.TrailAsync(linkId, query, cancellationToken) is { } answer
            ? OperatorCalls.Answer(StatusCodes.Status200OK, answer, TrailJson.Default.TrailAnswer)
            : Problem.Of(StatusCodes.Status404NotFound, "link_not_found", "There is no such link.", "link");
    }
}
