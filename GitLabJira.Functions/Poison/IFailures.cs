using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Poison;

/// <summary>Table <c>Failures</c>: what nobody could process, with its reason (design 6.6).</summary>
public interface IFailures
{
    /// <summary>Remembers why an attempt at a message failed, should it have been the last. Throws nothing.</summary>
    Task NoteAttemptAsync(ReadOnlyMemory<byte> message, Exception failure);

    /// <summary>Takes a message over from a poison queue. The same message again changes nothing but how often it came.</summary>
    /// <param name="queue">Where it failed, one of <see cref="QueueNames"/>.</param>
    Task<Failure> KeepAsync(string queue, ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Takes over an outbox row that cannot be opened; call it before the row is removed.</summary>
    Task KeepAsync(string clientKey, Lane lane, OutboxRow row, Exception failure, CancellationToken cancellationToken);

    /// <summary>In order of ids.</summary>
    /// <param name="after">Id of the last one seen; null for the first page.</param>
    IAsyncEnumerable<Failure> ListAsync(string? after, CancellationToken cancellationToken);

    Task<Failure?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Puts it back where it failed, as it was: same sequence, receive time and delivery id. Doing it twice, or dying in between, loses nothing and doubles nothing at Jira.</summary>
    /// <returns>False when there is no such failure.</returns>
    Task<bool> ReplayAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes it for good.</summary>
    /// <returns>False when there is no such failure.</returns>
    Task<bool> DropAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes what is older than the blobs of large messages live.</summary>
    /// <returns>How many.</returns>
    Task<int> DropOldAsync(CancellationToken cancellationToken);
}
