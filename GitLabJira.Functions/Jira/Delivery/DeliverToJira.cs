using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Wakes the delivery of a site.</summary>
public sealed class DeliverToJira(SiteDelivery delivery, IMessageQueue queue)
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

        await delivery.DeliverAsync(clientKey, cancellationToken);
        await queue.CompleteAsync(opened.Header, cancellationToken);
    }
}
