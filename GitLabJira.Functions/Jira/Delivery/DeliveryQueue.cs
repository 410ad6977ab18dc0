using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Wake-ups: messages without a body that make Deliver look at a site.</summary>
public sealed class DeliveryQueue(IMessageQueue queue, TimeProvider clock)
{
    public const string Wake = "wake";

    public Task WakeAsync(string clientKey, TimeSpan? delay, CancellationToken cancellationToken) =>
        queue.SendAsync(
            QueueNames.JiraDeliveries,
            new MessageHeader
            {
                Id = Guid.NewGuid().ToString("N"),
                Kind = Wake,
                ClientKey = clientKey,
                ReceivedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            },
            ReadOnlyMemory<byte>.Empty,
            delay,
            cancellationToken);
}
