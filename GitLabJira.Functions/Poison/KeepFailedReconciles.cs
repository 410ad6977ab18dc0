using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Poison;

/// <summary>Takes requests to reconcile that nobody could process out of their poison queue.</summary>
public sealed class KeepFailedReconciles(PoisonQueue poison)
{
    [Function(nameof(KeepFailedReconciles))]
    public Task RunAsync([QueueTrigger(QueueNames.Reconciles + PoisonQueue.Suffix)] byte[] message, CancellationToken cancellationToken) =>
        poison.KeepAsync(QueueNames.Reconciles, message, cancellationToken);
}
