using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Wake-ups: messages without a body that make Deliver look at a site.</summary>
public sealed class DeliveryQueue(IMessageQueue queue, TimeProvider clock)
{
    public const string Wake = "wake";

    public static string NameOf(DeliveryTurn turn) => turn is DeliveryTurn.News ? QueueNames.JiraDeliveries : QueueNames.JiraBackfill;

    public Task WakeAsync(string clientKey, DeliveryTurn turn, TimeSpan? delay, CancellationToken cancellationToken) =>
        queue.SendAsync(
            NameOf(turn),
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

    /// <returns>The site to look at; null when the message is not to be looked at now.</returns>
    /// <exception cref="MessageUnreadableException">The message is no wake-up.</exception>
    public async Task<OpenedMessage?> OpenAsync(DeliveryTurn turn, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        await queue.OpenAsync(NameOf(turn), message, cancellationToken) is not { } opened ? null
        : opened.Header is { Kind: Wake, ClientKey: not null } ? opened
        : throw new MessageUnreadableException("The message is not a wake-up of a site.");

    public Task CompleteAsync(OpenedMessage opened, CancellationToken cancellationToken) => queue.CompleteAsync(opened.Header, cancellationToken);
}
