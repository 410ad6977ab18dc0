using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Operations;

/// <summary>Lists what nobody could process, with reasons.</summary>
public sealed class ListFailures(OperatorDesk desk)
{
    [Function(nameof(ListFailures))]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = OperatorCalls.Failures)] HttpRequest request, CancellationToken cancellationToken)
    {
        var (filter, badFilter) = OperatorCalls.Filter(request);
        var (after, limit, badPage) = OperatorCalls.Page(request);

        if (filter is null || badPage is not null)
        {
            return badFilter ?? badPage!;
        }

        var (failures, next) = await desk.ListFailuresAsync(filter, after, limit, cancellationToken);
        return OperatorCalls.Answer(StatusCodes.Status200OK, new FailureList(OperatorCalls.Listed, failures, next), OperatorJson.Default.FailureList);
    }
}
