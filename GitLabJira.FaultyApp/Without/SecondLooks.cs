using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Storage;

namespace GitLabJira.FaultyApp.Without;

/// <summary>Without: what a lagging replica answered stands, since nobody looks again.</summary>
internal sealed class SecondLooks(IMessageQueue queue) : IMessageQueue
{
    public Task SendAsync(string queueName, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken cancellationToken) =>
        header.Kind is MessageKinds.Look ? Task.CompletedTask : queue.SendAsync(queueName, header, body, delay, cancellationToken);

    public Task<OpenedMessage?> OpenAsync(string queueName, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => queue.OpenAsync(queueName, message, cancellationToken);

    public Task CompleteAsync(MessageHeader header, CancellationToken cancellationToken) => queue.CompleteAsync(header, cancellationToken);
}
