namespace GitLabJira.LocalRuntime.Queues;

/// <summary>Where a queue's messages are taken from, and what becomes of them.</summary>
internal interface IQueueSource
{
    string Name { get; }

    Task CreateAsync(CancellationToken cancellationToken);

    /// <summary>Takes up to <paramref name="max"/> messages for <see cref="QueueRules.TakenFor"/>; each taking counts as one more dequeue.</summary>
    /// <param name="written">Another number than at the last look: the queue may have been written to since.</param>
    Task<QueueLook> TakeAsync(int max, long written, CancellationToken cancellationToken);

    /// <summary>Keeps a message for longer. Returns it with its new receipt, or null when somebody else has it by now.</summary>
    Task<TakenMessage?> RenewAsync(TakenMessage message, CancellationToken cancellationToken);

    Task DeleteAsync(TakenMessage message, CancellationToken cancellationToken);

    /// <summary>Gives it back, to be seen again after <paramref name="delay"/>.</summary>
    Task ReleaseAsync(TakenMessage message, TimeSpan delay, CancellationToken cancellationToken);
}

/// <param name="NextDue">When the first of the messages that are not due yet will be; null: nobody knows of one.</param>
/// <param name="IsAll">No other message is due: a second look is only needed when the queue is written to.</param>
internal sealed record QueueLook(IReadOnlyList<TakenMessage> Messages, DateTimeOffset? NextDue = null, bool IsAll = false);

/// <param name="Text">As it lies in the queue, normally base64.</param>
/// <param name="Receipt">What proves that we have it.</param>
internal sealed record TakenMessage(
    string Id,
    string Text,
    string Receipt,
    long DequeueCount,
    DateTimeOffset InsertedOn,
    DateTimeOffset ExpiresOn,
    DateTimeOffset VisibleOn);

/// <summary>What the real host fixes, whatever host.json says.</summary>
internal static class QueueRules
{
    public static readonly TimeSpan TakenFor = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);

    public const string PoisonSuffix = "-poison";
}
