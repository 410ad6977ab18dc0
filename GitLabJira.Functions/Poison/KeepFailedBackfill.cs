using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Poison;

/// <summary>Takes wake-ups for old data that nobody could process out of their poison queue.</summary>
public sealed class KeepFailedBackfill(PoisonQueue poison)
{
    [Function(nameof(KeepFailedBackfill))]
    public Task RunAsync([QueueTrigger(QueueNames.JiraBackfill + PoisonQueue.Suffix)] byte[] message, CancellationToken cancellationToken) =>
        poison.KeepAsync(QueueNames.JiraBackfill, message, cancellationToken);
}
