using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Remembers when entities were last looked at, across processes: two looks within the lag of GitLab's replicas may answer in the wrong order, and the later one may be the staler.</summary>
public interface ILookLog
{
    /// <summary>Notes that a look begins. Call it before the sequence is taken: who comes later sees this one, or takes a higher sequence.</summary>
    /// <param name="entity">What is looked at.</param>
    /// <param name="isNew">Most likely nobody has looked at it before: then it costs less.</param>
    Task<LookNote> BeginAsync(EntityRef entity, bool isNew, CancellationToken cancellationToken);

    /// <summary>Notes that an entity was judged without a look at it: for who reads something older meanwhile it counts like one.</summary>
    Task NoteAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>Notes that a look that began at <paramref name="begun"/> has ended and all that follows from it is on its way. Only now it can stand for others: one that fails, or whose process dies, is done again.</summary>
    Task FinishAsync(EntityRef entity, DateTimeOffset begun, CancellationToken cancellationToken);

    /// <summary>When the latest look that has ended began; null when none did lately.</summary>
    Task<DateTimeOffset?> LastFinishedAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>When a look or a judgement without one last began, whichever is later; null when neither happened lately: what is told may be days ago.</summary>
    Task<DateTimeOffset?> LastJudgedAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>Whether another look stands within the replicas' lag of this one: begun shortly before it, or since.</summary>
    Task<bool> IsCrowdedAsync(LookNote note, CancellationToken cancellationToken);

    /// <summary>Lets bodies of one entity through in the order of their times only, for use without a read.</summary>
    /// <returns>False when a body with a later time came first.</returns>
    Task<bool> TryAdvanceBodyAsync(EntityRef entity, DateTimeOffset bodyTime, CancellationToken cancellationToken);
}

/// <param name="Stamp">Tells this look from others.</param>
/// <param name="Previous">When the look before it began.</param>
public sealed record LookNote(EntityRef Entity, string Stamp, DateTimeOffset Begun, DateTimeOffset? Previous)
{
    /// <summary>The look before it stands within the replicas' lag.</summary>
    public bool FollowsClosely => Begun - Previous <= LookLog.ReplicaLag;
}
