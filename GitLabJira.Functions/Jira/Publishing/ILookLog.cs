using Azure;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Remembers when entities were last looked at, across processes: two looks within the lag of GitLab's replicas may answer in the wrong order, and the later one may be the staler.</summary>
public interface ILookLog
{
    /// <summary>What is known of earlier looks: for who may find that none is needed now. The look that follows does not read it again.</summary>
    Task<KnownLooks> ReadAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>For what most likely nobody has looked at before: spares the reading, and who writes finds out.</summary>
    KnownLooks PresumeNone(EntityRef entity);

    /// <summary>Notes that a look begins. Call it before the sequence is taken: who comes later sees this one, or takes a higher sequence.</summary>
    /// <param name="entity">What is looked at.</param>
    /// <param name="known">What was read lately, of this entity or another one; null when nothing was.</param>
    Task<LookNote> BeginAsync(EntityRef entity, KnownLooks? known, CancellationToken cancellationToken);

    /// <summary>Notes that an entity was judged without a look at it: for who reads something older meanwhile it counts like one.</summary>
    Task NoteAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>Ends looks at once, if no other look stands within the replicas' lag of any of them.</summary>
    /// <param name="looks">May be none.</param>
    /// <param name="end">What is noted then; null for nothing.</param>
    /// <returns>False when one may: then nothing was noted.</returns>
    Task<bool> TryEndAsync(IReadOnlyCollection<LookNote> looks, LookEnd? end, CancellationToken cancellationToken);

    /// <summary>Notes it whoever else looked.</summary>
    Task EndAsync(LookEnd end, CancellationToken cancellationToken);

    /// <summary>When a look or a judgement without one last began, whichever is later; null when neither happened lately: what is told may be days ago.</summary>
    Task<DateTimeOffset?> LastJudgedAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>Whether another look stands within the replicas' lag of this one: begun shortly before it, or since.</summary>
    Task<bool> IsCrowdedAsync(LookNote note, CancellationToken cancellationToken);

    /// <summary>Lets bodies of one entity through in the order of their times only, for use without a read.</summary>
    /// <returns>False when a body with a later time came first.</returns>
    Task<bool> TryAdvanceBodyAsync(EntityRef entity, DateTimeOffset bodyTime, CancellationToken cancellationToken);
}

/// <param name="FinishedAt">When the latest look that has ended began; null when none did lately.</param>
/// <param name="Deliveries">The latest events that looks have answered: GitLab's resends keep their <c>Idempotency-Key</c>.</param>
public record KnownLooks(EntityRef Entity, DateTimeOffset? FinishedAt, IReadOnlyList<string> Deliveries)
{
    public bool Answered(string deliveryId) => Deliveries.Contains(LookEnd.KeyOf(deliveryId), StringComparer.Ordinal);
}

/// <param name="Stamp">Tells this look from others.</param>
/// <param name="Previous">When the look before it began.</param>
public sealed record LookNote(EntityRef Entity, string Stamp, DateTimeOffset Begun, DateTimeOffset? Previous)
{
    /// <summary>As <see cref="KnownLooks.Deliveries"/>, when it began.</summary>
    public IReadOnlyList<string> Deliveries { get; init; } = [];

    /// <summary>Of its row, for who would know whether anybody wrote there since.</summary>
    public ETag? ETag { get; init; }

    /// <summary>The look before it stands within the replicas' lag.</summary>
    public bool FollowsClosely => Begun - Previous <= LookLog.ReplicaLag;
}
