using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Sent;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Every night: removes tombstones of 30 days, notes of deletions, and what waited in the outbox for 14, and sees to rows that nobody is to be woken for.</summary>
public sealed class DropOldDeliveries(IInstallationStore installations, SiteDelivery delivery, SentStore sent, SiteStore sites)
{
    [Function(nameof(DropOldDeliveries))]
    public async Task RunAsync([TimerTrigger("0 40 3 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await foreach (var site in installations.ListAsync(cancellationToken))
        {
            await delivery.TidyAsync(site.ClientKey, cancellationToken);
        }

        await sent.DropOldTombstonesAsync(cancellationToken);
        await sites.DropOldDeletionsAsync(cancellationToken);
    }
}
