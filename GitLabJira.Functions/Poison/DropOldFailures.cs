using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Poison;

/// <summary>Every night: drops failures that nobody wanted back for 30 days.</summary>
public sealed class DropOldFailures(IFailures failures)
{
    [Function(nameof(DropOldFailures))]
    public Task RunAsync([TimerTrigger("0 50 3 * * *")] TimerInfo timer, CancellationToken cancellationToken) => failures.DropOldAsync(cancellationToken);
}
