using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Reconcile;

/// <summary>Every minute: one message for each link that is due.</summary>
public sealed class SweepDueLinks(RepairStore states, IMessageQueue queue, TimeProvider clock)
{
    public const string Due = "due";

    private const int AtATime = 8;

    /// <summary>A message that has led to nothing by then is lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    [Function(nameof(SweepDueLinks))]
    public async Task RunAsync([TimerTrigger("20 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        await Parallel.ForEachAsync(
            states.DueAsync(now, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (row, token) => await SendAsync(row.Bucket, row.ClientKey, row.LinkId, now, token));
    }

    private async Task SendAsync(string bucket, string clientKey, Guid linkId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await states.FindAsync(linkId, cancellationToken) is not { } state || !string.Equals(state.Bucket, bucket, StringComparison.Ordinal))
        {
            await states.DropDueAsync(bucket, linkId, cancellationToken);
            return;
        }

        // The minute has begun; the link's own time comes later in it.
        if (state.DueAt > now)
        {
            return;
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
