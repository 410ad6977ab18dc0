using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>An entity that names issues which its site does not know, yet or at all.</summary>
public sealed record UnknownKey
{
    public required string PartitionKey { get; init; }
    public required string RowKey { get; init; }
    public required string ClientKey { get; init; }
    public required Guid LinkId { get; init; }
    public required int LinkEpoch { get; init; }
    public required long ProjectId { get; init; }
    public required EntityKind Kind { get; init; }
    public required string EntityId { get; init; }

    /// <summary>GitLab's name of it, for another look.</summary>
    public required string Name { get; init; }

    /// <summary>Keys of Jira's projects, such as <c>ABC</c>, whose issues are not known.</summary>
    public required IReadOnlyList<string> Prefixes { get; init; }

    /// <summary>When it was first sent.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How often it was tried again.</summary>
    public required int Attempts { get; init; }
}
