using System.Text.Json;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>The repository an entity hangs on; Jira takes it with each devinfo POST.</summary>
public sealed record RepositoryHead(string Id, string Name, string Url, string? Description, string? Avatar);

/// <summary>What Jira shall hold of one entity: a body, or its deletion.</summary>
public sealed record EntityChange
{
    public required EntityRef Entity { get; init; }

    /// <summary>Fixed before the first request of the read (design 6.2), never raised later.</summary>
    public required long Sequence { get; init; }

    /// <summary>The entity in Jira's form without its sequence; null for a deletion.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>Null for deletions and for kinds that belong to no repository.</summary>
    public RepositoryHead? Repository { get; init; }
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>True when GitLab was asked; false when only a hook's body was at hand.</summary>
    public required bool FromRead { get; init; }

    /// <summary>What stood in <c>Sent</c> when the look at it began: spares who delivers the reading, and who writes the row finds out whether that is still so. Null when nobody looked.</summary>
    public SentRow? Found { get; init; }

    /// <summary>Whether smart commits and transitions may fire when Jira first stores this id (design 6.5).</summary>
    public required bool MayFireAutomation { get; init; }

    /// <summary>What the trail says about where it came from: a hook's kind, <c>initial sync</c>, <c>repair</c>.</summary>
    public required string Cause { get; init; }
}
