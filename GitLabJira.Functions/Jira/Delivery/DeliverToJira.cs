using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Wakes the delivery of a site's news.</summary>
public sealed class DeliverToJira(SiteDelivery delivery, DeliveryQueue wakes, ITrail trail)
{
    [Function(nameof(DeliverToJira))]
    public async Task RunAsync([QueueTrigger(QueueNames.JiraDeliveries)] byte[] message, CancellationToken cancellationToken)
    {
        if (await wakes.OpenAsync(DeliveryTurn.News, message, cancellationToken) is not { } wake)
        {
            return;
        }

        try
        {
            await delivery.DeliverAsync(wake.Header.ClientKey!, DeliveryTurn.News, cancellationToken);
        }
        finally
        {
            await trail.WriteAsync();
        }

        await wakes.CompleteAsync(wake, cancellationToken);
    }
}
