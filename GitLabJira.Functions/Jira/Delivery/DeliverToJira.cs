using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Wakes the delivery of a site.</summary>
public sealed class DeliverToJira(SiteDelivery delivery, IMessageQueue queue, ITrail trail)
{
    [Function(nameof(DeliverToJira))]
    public async Task RunAsync([QueueTrigger(QueueNames.JiraDeliveries)] byte[] message, CancellationToken cancellationToken)
    {
        if (await queue.OpenAsync(QueueNames.JiraDeliveries, message, cancellationToken) is not { } opened)
        {
            return;
        }

        if (opened.Header is not { Kind: DeliveryQueue.Wake, ClientKey: { } clientKey })
        {
            throw new MessageUnreadableException("The message is not a wake-up of a site.");
        }

        try
        {
            await delivery.DeliverAsync(clientKey, cancellationToken);
        }
        finally
        {
            await trail.WriteAsync();
        }

        await queue.CompleteAsync(opened.Header, cancellationToken);
    }
}
