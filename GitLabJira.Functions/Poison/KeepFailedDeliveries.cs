using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Poison;

/// <summary>Takes wake-ups that nobody could process out of their poison queue.</summary>
public sealed class KeepFailedDeliveries(PoisonQueue poison)
{
    [Function(nameof(KeepFailedDeliveries))]
    public Task RunAsync([QueueTrigger(QueueNames.JiraDeliveries + PoisonQueue.Suffix)] byte[] message, CancellationToken cancellationToken) =>
        poison.KeepAsync(QueueNames.JiraDeliveries, message, cancellationToken);
}
