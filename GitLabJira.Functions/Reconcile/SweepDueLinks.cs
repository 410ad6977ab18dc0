using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Reconcile;

/// <summary>Every minute: one message for each link that is due.</summary>
public sealed class SweepDueLinks(RepairStore states, IMessageQueue queue, TimeProvider clock)
{
    public const string Due = "due";

    /// <summary>A message that has led to nothing by then is lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    [Function(nameof(SweepDueLinks))]
    public async Task RunAsync([TimerTrigger("20 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        await foreach (var (bucket, clientKey, linkId) in states.DueAsync(now, cancellationToken))
        {
            if (await states.FindAsync(linkId, cancellationToken) is not { } state || !string.Equals(state.Bucket, bucket, StringComparison.Ordinal))
            {
                await states.DropDueAsync(bucket, linkId, cancellationToken);
                continue;
            }

            // Due before the minute was over, perhaps.
            if (state.DueAt > now)
            {
                continue;
            }

            await states.MoveDueAsync(bucket, clientKey, linkId, now + Patience, cancellationToken);
            await queue.SendAsync(
                QueueNames.Reconciles,
                new MessageHeader { Id = Guid.NewGuid().ToString("N"), Kind = Due, LinkId = linkId, ClientKey = clientKey, ReceivedAt = now.ToUnixTimeMilliseconds() },
                ReadOnlyMemory<byte>.Empty,
                delay: null,
                cancellationToken);
        }
    }
}
