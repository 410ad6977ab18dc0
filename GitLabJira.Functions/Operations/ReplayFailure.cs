using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Operations;

/// <summary>Puts one failure back where it failed, as it was. Twice is as good as once.</summary>
public sealed class ReplayFailure(OperatorDesk desk)
{
    [Function(nameof(ReplayFailure))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = OperatorCalls.Failures + "/{id}/replay")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        OperatorCalls.IsId(id) && await desk.ReplayAsync(id, cancellationToken)
            ? OperatorCalls.Answer(StatusCodes.Status202Accepted, new ReplayAnswer("replayed", 1, HasMore: false), OperatorJson.Default.ReplayAnswer)
            : OperatorCalls.NotFound();
}
