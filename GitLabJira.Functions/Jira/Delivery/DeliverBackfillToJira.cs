using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Wakes the delivery of a site's old data. A function of its own: it has its own queue and places, and Azure scales it apart from the news.</summary>
public sealed class DeliverBackfillToJira(SiteDelivery delivery, DeliveryQueue wakes, QueueAttempts attempts)
{
    [Function(nameof(DeliverBackfillToJira))]
    public Task RunAsync([QueueTrigger(QueueNames.JiraBackfill)] byte[] message, CancellationToken cancellationToken) =>
        attempts.RunAsync(message, () => DeliverAsync(message, cancellationToken));

    private async Task DeliverAsync(byte[] message, CancellationToken cancellationToken)
    {
        if (await wakes.OpenAsync(DeliveryTurn.All, message, cancellationToken) is { } wake)
        {
            await delivery.DeliverAsync(wake.Header.ClientKey!, DeliveryTurn.All, cancellationToken);
            await wakes.CompleteAsync(wake, cancellationToken);
        }
    }
}
