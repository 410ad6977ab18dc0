using GitLabJira.Functions.Storage;

namespace GitLabJira.FaultyApp.Without;

/// <summary>Without: some messages are never sent.</summary>
internal sealed class Dropping(IMessageQueue queue, Func<string, MessageHeader, bool> drops) : IMessageQueue
{
    public Task SendAsync(string queueName, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken cancellationToken) =>
        drops(queueName, header) ? Task.CompletedTask : queue.SendAsync(queueName, header, body, delay, cancellationToken);

    public Task<OpenedMessage?> OpenAsync(string queueName, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => queue.OpenAsync(queueName, message, cancellationToken);

    public Task CompleteAsync(MessageHeader header, CancellationToken cancellationToken) => queue.CompleteAsync(header, cancellationToken);
}
