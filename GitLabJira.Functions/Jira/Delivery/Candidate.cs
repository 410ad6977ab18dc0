using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>The newest change of one entity on its way to Jira, with the outbox rows that end with it: its own and those that it supersedes.</summary>
public sealed record Candidate
{
    public required EntityChange Change { get; init; }
    public required string Hash { get; init; }
    public required Lane Lane { get; init; }
    public OutboxPurpose Purpose { get; init; } = OutboxPurpose.Change;

    /// <summary>Smart commits and transitions may fire if any change that goes with this one allowed it.</summary>
    public required bool MayFireAutomation { get; init; }

    /// <summary>An older change with other content went under within a minute: a lagging replica or two clocks may be wrong about which is older.</summary>
    public bool IsDisputed { get; init; }
    public IReadOnlyList<OutboxRow> Rows { get; init; } = [];

    public SentKey Key => SentKey.Of(Change.Entity);

    public bool IsDeletion => Change.Body is null;

    public bool IsRepository => Change.Entity.Kind is EntityKind.Repository;

    public static Candidate Of(EntityChange change, Lane lane) => new()
    {
        Change = change,
        Hash = ContentHash.Of(change),
        Lane = lane,
        MayFireAutomation = change.MayFireAutomation,
    };
}
