using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Wakes the delivery of a site's news.</summary>
public sealed class DeliverToJira(SiteDelivery delivery, DeliveryQueue wakes, QueueAttempts attempts)
{
    [Function(nameof(DeliverToJira))]
    public Task RunAsync([QueueTrigger(QueueNames.JiraDeliveries)] byte[] message, CancellationToken cancellationToken) =>
        attempts.RunAsync(message, () => DeliverAsync(message, cancellationToken));

    private async Task DeliverAsync(byte[] message, CancellationToken cancellationToken)
    {
        if (await wakes.OpenAsync(DeliveryTurn.News, message, cancellationToken) is { } wake)
        {
            await delivery.DeliverAsync(wake.Header.ClientKey!, DeliveryTurn.News, cancellationToken);
            await wakes.CompleteAsync(wake, cancellationToken);
        }
    }
}
