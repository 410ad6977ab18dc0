using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Poison;

/// <summary>Empties poison queues: their copies carry no reason and live seven days (design 6.6).</summary>
public sealed partial class PoisonQueue(IFailures failures, ISealedMessages messages, ILogger<PoisonQueue> logger)
{
    public const string Suffix = "-poison";

    /// <summary>While storage does not take the row.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    public async Task KeepAsync(string queue, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            await failures.KeepAsync(queue, message, cancellationToken);
        }
        catch (Exception storage) when (storage is not OperationCanceledException)
        {
            // A fifth failure here would bury it in the poison queue of the poison queue, which nobody reads.
            Log.NotKept(logger, storage, queue, Wait);
            await messages.SendAsync(queue + Suffix, message, Wait, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A failed message of {Queue} could not be kept; trying again in {Wait}.")]
        public static partial void NotKept(ILogger logger, Exception storage, string queue, TimeSpan wait);
    }
}
