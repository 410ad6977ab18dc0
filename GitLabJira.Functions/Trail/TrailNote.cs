using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Trail;

/// <summary>What a note is about.</summary>
/// <param name="Kind">Null for the link as a whole.</param>
/// <param name="EntityId">Jira's id of the entity.</param>
/// <param name="Name">GitLab's name of it where that is a number or a sha; null for branches and flags, whose names are texts.</param>
public readonly record struct TrailSubject(Guid LinkId, long ProjectId, EntityKind? Kind, string EntityId, string? Name = null)
{
    public static TrailSubject Of(EntityRef entity) => new(
        entity.Link.Id,
        entity.ProjectId,
        entity.Kind,
        // Until GitLab was asked, Jira's id of these is not known, and GitLab's number stands for it.
        entity.Kind is EntityKind.Build or EntityKind.Deployment && !entity.EntityId.Contains('/', StringComparison.Ordinal) ? entity.Name : entity.EntityId,
        entity.Kind is EntityKind.Branch or EntityKind.FeatureFlag ? null : entity.Name);

    public static TrailSubject OfLink(Guid linkId) => new(linkId, ProjectId: 0, Kind: null, EntityId: "");
}

/// <summary>What GitLab showed of an entity.</summary>
public enum TrailSight
{
    /// <summary>Nobody looked.</summary>
    None,
    Present,
    Gone,
    Hidden,

    /// <summary>Only a hook's body was at hand.</summary>
    Body,
}

/// <summary>One row of the trail: what was found out about an entity in one go, and where that led.</summary>
public sealed record TrailNote
{
    public required TrailSubject Subject { get; init; }

    public required TrailEvent Event { get; init; }

    /// <summary>A hook's kind, <c>look</c>, <c>initial sync</c>, <c>repair</c>.</summary>
    public string? Cause { get; init; }

    /// <summary>The hook that began it.</summary>
    public string? DeliveryId { get; init; }

    public DateTimeOffset? ReceivedAt { get; init; }

    public TrailSight Sight { get; init; }

    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Keys under which Jira held it before.</summary>
    public IReadOnlyList<string> KeysBefore { get; init; } = [];

    public long? Sequence { get; init; }

    public Lane? Lane { get; init; }

    /// <summary>What is handed over is the entity's deletion.</summary>
    public bool Deletes { get; init; }

    /// <summary>A code, an id, or Jira's message without what it quotes.</summary>
    public string? Detail { get; init; }

    /// <summary>Until the next attempt.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>How many, for notes that count.</summary>
    public long? Count { get; init; }
}
