using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Reconcile;

/// <summary>Looks after one link.</summary>
public sealed class ReconcileLink(LinkRound round, IMessageQueue queue, QueueAttempts attempts)
{
    [Function(nameof(ReconcileLink))]
    public Task RunAsync([QueueTrigger(QueueNames.Reconciles)] BinaryData message, CancellationToken cancellationToken) =>
        attempts.RunAsync(message.ToMemory(), () => ReconcileAsync(message.ToMemory(), cancellationToken));

    private async Task ReconcileAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (await queue.OpenAsync(QueueNames.Reconciles, message, cancellationToken) is not { } opened)
        {
            return;
        }

        if (opened.Header is not { Kind: SweepDueLinks.Due, LinkId: { } linkId })
        {
            throw new MessageUnreadableException("The message does not ask for a link to be reconciled.");
        }

        await round.RunAsync(linkId, cancellationToken);
        await queue.CompleteAsync(opened.Header, cancellationToken);
    }
}
