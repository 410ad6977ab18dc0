using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Poison;

/// <summary>Takes events that nobody could process out of their poison queue.</summary>
public sealed class KeepFailedEvents(PoisonQueue poison)
{
    [Function(nameof(KeepFailedEvents))]
    public Task RunAsync([QueueTrigger(QueueNames.GitLabEvents + PoisonQueue.Suffix)] byte[] message, CancellationToken cancellationToken) =>
        poison.KeepAsync(QueueNames.GitLabEvents, message, cancellationToken);
}
