using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Wakes the delivery of a site's old data. A function of its own: it has its own queue and places, and Azure scales it apart from the news.</summary>
public sealed class DeliverBackfillToJira(SiteDelivery delivery, DeliveryQueue wakes, ITrail trail)
{
    [Function(nameof(DeliverBackfillToJira))]
    public async Task RunAsync([QueueTrigger(QueueNames.JiraBackfill)] byte[] message, CancellationToken cancellationToken)
    {
        if (await wakes.OpenAsync(DeliveryTurn.All, message, cancellationToken) is not { } wake)
        {
            return;
        }

        try
        {
            await delivery.DeliverAsync(wake.Header.ClientKey!, DeliveryTurn.All, cancellationToken);
        }
        finally
        {
            await trail.WriteAsync();
        }

        await wakes.CompleteAsync(wake, cancellationToken);
    }
}
