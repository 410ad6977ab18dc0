using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Operations;

/// <summary>Puts all failures back, or those of a queue or link; a thousand in one call.</summary>
public sealed class ReplayFailures(OperatorDesk desk)
{
    [Function(nameof(ReplayFailures))]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = OperatorCalls.Failures + "/replay")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (filter, refusal) = OperatorCalls.Filter(request);

        if (filter is null)
        {
            return refusal!;
        }

        var (replayed, hasMore) = await desk.ReplayAllAsync(filter, cancellationToken);
        return OperatorCalls.Answer(StatusCodes.Status202Accepted, new ReplayAnswer("replayed", replayed, hasMore), OperatorJson.Default.ReplayAnswer);
    }
}
