using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Storage;

namespace GitLabJira.FaultyApp.Without;

/// <summary>Without: GitLab hears 200 before its event is in durable storage, which gets what came once a minute.</summary>
internal sealed class StoredFirst(IMessageQueue queue, TimeProvider clock) : IMessageQueue
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    public Task SendAsync(string queueName, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken cancellationToken)
    {
        if (header is not { Kind: MessageKinds.Hook, Attempt: 0 })
        {
            return queue.SendAsync(queueName, header, body, delay, cancellationToken);
        }

        // In a flow of its own, which the call does not wait for.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(LaterAsync, CancellationToken.None);
        }

        return Task.CompletedTask;

        async Task LaterAsync()
        {
            await Task.Delay(Moment, clock, CancellationToken.None);
            await queue.SendAsync(queueName, header, body, delay, CancellationToken.None);
        }
    }

    public Task<OpenedMessage?> OpenAsync(string queueName, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => queue.OpenAsync(queueName, message, cancellationToken);

    public Task CompleteAsync(MessageHeader header, CancellationToken cancellationToken) => queue.CompleteAsync(header, cancellationToken);
}
