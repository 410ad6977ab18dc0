namespace GitLabJira.Functions.Storage;

/// <summary>Sends and opens the app's queue messages: a header line in clear, a body that is compressed and sealed, as base64, so that the whole is text. A body that does not fit goes to a blob, which is written before the message and removed after it.</summary>
public interface IMessageQueue
{
    /// <summary>Sends a message; when this returns, it is in durable storage.</summary>
    /// <param name="queue">One of <see cref="QueueNames"/>.</param>
    /// <param name="header">Ids only: it stands in clear. Due and blob are set here.</param>
    /// <param name="delay">When it may first be seen, counted from now; null for at once.</param>
    Task SendAsync(string queue, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken cancellationToken);

    /// <summary>Opens what a queue trigger received (base64 removed).</summary>
    /// <returns>Null when there is nothing to do: the message was completed before (its blob is gone), or it was not due yet and has been sent on.</returns>
    /// <exception cref="MessageUnreadableException">The message is not one of ours, or was altered: let it go to the poison queue.</exception>
    Task<OpenedMessage?> OpenAsync(string queue, ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Call when the work is done: removes the message's blob, if it has one.</summary>
    Task CompleteAsync(MessageHeader header, CancellationToken cancellationToken);
}

/// <summary>Sends messages as they are: for what was taken out of a queue sealed, and goes back so.</summary>
public interface ISealedMessages
{
    /// <param name="queue">Any queue, also a poison queue.</param>
    /// <param name="message">Header line and sealed body.</param>
    Task SendAsync(string queue, ReadOnlyMemory<byte> message, TimeSpan? delay, CancellationToken cancellationToken);

    /// <returns>Null when it is not a message of ours.</returns>
    MessageHeader? HeaderOf(ReadOnlyMemory<byte> message);
}

public sealed record OpenedMessage(MessageHeader Header, ReadOnlyMemory<byte> Body)
{
    /// <summary>Without the body: records print their members.</summary>
    public override string ToString() => $"{Header.Kind} {Header.Id}";
}

/// <summary>A queue message that nobody can process, however often it is tried.</summary>
public sealed class MessageUnreadableException(string reason, Exception? inner = null) : Exception(reason, inner);
