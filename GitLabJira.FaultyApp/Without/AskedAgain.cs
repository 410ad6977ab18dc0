using GitLabJira.Functions.Storage;

namespace GitLabJira.FaultyApp.Without;

/// <summary>Without: what GitLab did not answer at the first time is not asked of it again.</summary>
internal sealed class AskedAgain(IMessageQueue queue) : IMessageQueue
{
    public Task SendAsync(string queueName, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken cancellationToken) =>
        string.Equals(queueName, QueueNames.GitLabEvents, StringComparison.Ordinal) && header.Attempt > 0 ? Task.CompletedTask : queue.SendAsync(queueName, header, body, delay, cancellationToken);

    public Task<OpenedMessage?> OpenAsync(string queueName, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => queue.OpenAsync(queueName, message, cancellationToken);

    public Task CompleteAsync(MessageHeader header, CancellationToken cancellationToken) => queue.CompleteAsync(header, cancellationToken);
}
