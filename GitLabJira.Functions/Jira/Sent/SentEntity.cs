using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Sent;

/// <summary>What Jira holds of one entity, or may hold soon, as far as we sent it.</summary>
public sealed record SentEntity
{
    public required EntityKind Kind { get; init; }
    public required string EntityId { get; init; }

    /// <summary>Highest sequence that was sent or waits to be sent.</summary>
    public required long Sequence { get; init; }

    /// <summary>Empty while nothing is known to be at Jira.</summary>
    public required string ContentHash { get; init; }
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>The entity was deleted at Jira and nothing of it is on its way; the tombstone keeps late news from bringing it back, for 30 days.</summary>
    public required bool Tombstone { get; init; }
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>The row that says so, for who writes it next. Null where nobody writes.</summary>
    public SentRow? Row { get; init; }

    /// <summary>Jira took it. What only shows as on its way may never go: it is noted first, and who noted it may have died before it was appended.</summary>
    public bool IsConfirmed => !Tombstone && ContentHash.Length > 0;
}

/// <summary>Reads what was sent. Only Deliver writes it.</summary>
/// <remarks>
/// Whatever may be at Jira shows here: an entity is noted before it is sent or appended to the outbox, by the initial sync too. So "not found" means that Jira does not hold the entity and
/// will not get it by what was submitted so far. What another process has read and not yet submitted cannot show: while an initial sync runs for the link, submit the deletion of a keyless
/// entity even when nothing is found, else the sync's older read would stay at Jira.
/// </remarks>
public interface ISent
{
    /// <summary>Point read; null when never sent and not on its way.</summary>
    Task<SentEntity?> FindAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>Whether Jira holds it or will.</summary>
    async Task<bool> IsHeldAsync(EntityRef entity, CancellationToken cancellationToken) => await FindAsync(entity, cancellationToken) is { Tombstone: false };

    /// <summary>The sequence for a read that starts now. Call it before the first request of the read, and keep it whatever the read answers.</summary>
    /// <param name="held">What <see cref="FindAsync"/> has just shown of the entity; null when that was nothing, or when Jira's id of the entity is known only after the read.</param>
    /// <param name="lane">
    /// Live: max(now in ms × 1000 + counter, what was sent + 1). Repair and backfill: a minute less and never raised, because GitLab's replicas may lag by as much: a stale list must not
    /// override live news. What is dropped for that and differs is looked at once more.
    /// </param>
    long NextSequence(SentEntity? held, Lane lane);

    /// <summary>All of one project and kind, tombstones left out.</summary>
    IAsyncEnumerable<SentEntity> ListAsync(Guid linkId, long projectId, EntityKind kind, CancellationToken cancellationToken);
}
