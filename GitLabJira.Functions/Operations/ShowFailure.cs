using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Operations;

/// <summary>Shows one failure. Its body stays sealed.</summary>
public sealed class ShowFailure(OperatorDesk desk)
{
    [Function(nameof(ShowFailure))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = OperatorCalls.Failures + "/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        OperatorCalls.IsId(id) && await desk.FindFailureAsync(id, cancellationToken) is { } failure
            ? OperatorCalls.Answer(StatusCodes.Status200OK, new FailureAnswer("shown", failure), OperatorJson.Default.FailureAnswer)
            : OperatorCalls.NotFound();
}
