using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Operations;

/// <summary>Removes one failure for good.</summary>
public sealed class DropFailure(OperatorDesk desk)
{
    [Function(nameof(DropFailure))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = OperatorCalls.Failures + "/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        OperatorCalls.IsId(id) && await desk.DropAsync(id, cancellationToken)
            ? OperatorCalls.Answer(StatusCodes.Status200OK, new DropAnswer("dropped"), OperatorJson.Default.DropAnswer)
            : OperatorCalls.NotFound();
}
