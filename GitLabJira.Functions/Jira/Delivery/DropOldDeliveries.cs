using GitLabJira.Functions.Jira.Sent;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Every night: removes tombstones of 30 days and what waited in the outbox for 14.</summary>
public sealed class DropOldDeliveries(SiteDelivery delivery, SentStore sent)
{
    [Function(nameof(DropOldDeliveries))]
    public async Task RunAsync([TimerTrigger("0 40 3 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await delivery.DropExpiredAsync(cancellationToken);
        await sent.DropOldTombstonesAsync(cancellationToken);
    }
}
