using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Sent;

/// <summary>What Jira holds of one entity, as far as we sent it: written after each 202.</summary>
public sealed record SentEntity
{
    public required EntityKind Kind { get; init; }
    public required string EntityId { get; init; }
    public required long Sequence { get; init; }
    public required string ContentHash { get; init; }
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>The entity was deleted at Jira; the tombstone keeps late news from bringing it back, for 30 days.</summary>
    public required bool Tombstone { get; init; }
    public required DateTimeOffset SentAt { get; init; }
}

/// <summary>Reads what was sent. Only Deliver writes it.</summary>
public interface ISent
{
    /// <summary>Point read; null when never sent.</summary>
    Task<SentEntity?> FindAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>The sequence for a read that starts now: max(now in ms × 1000 + counter, what was sent + 1). Call it before the first request of the read.</summary>
    Task<long> NextSequenceAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>All of one project and kind, tombstones left out.</summary>
    IAsyncEnumerable<SentEntity> ListAsync(Guid linkId, long projectId, EntityKind kind, CancellationToken cancellationToken);
}
