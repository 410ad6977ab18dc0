using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Outbox;

/// <summary>Why a row stands in the outbox. The names stand in rows: do not rename.</summary>
public enum OutboxPurpose
{
    /// <summary>News.</summary>
    Change,

    /// <summary>Something sent before, to be sent once more when what Jira accepted around a deletion has settled: it applies that late and in any order.</summary>
    Repeat,
}

/// <summary>A row of <c>Outbox</c>: ids and order in clear, the rest sealed.</summary>
public sealed record OutboxRow
{
    public required string PartitionKey { get; init; }
    public required string RowKey { get; init; }
    public required ETag ETag { get; init; }
    public required OutboxPurpose Purpose { get; init; }
    public required Guid LinkId { get; init; }
    public required int LinkEpoch { get; init; }
    public required long ProjectId { get; init; }
    public required EntityKind Kind { get; init; }
    public required string EntityId { get; init; }
    public required long Sequence { get; init; }
    public required string Hash { get; init; }
    public required DateTimeOffset AppendedAt { get; init; }
    public required byte[] Sealed { get; init; }

    public SentKey Key => new(LinkId, ProjectId, Kind, EntityId);

    public TableEntity ToEntity()
    {
        var entity = new TableEntity(PartitionKey, RowKey)
        {
            [nameof(Purpose)] = Purpose.ToString(),
            [nameof(LinkId)] = LinkId.ToString("N"),
            [nameof(LinkEpoch)] = LinkEpoch,
            [nameof(ProjectId)] = ProjectId,
            [nameof(Kind)] = Kind.ToString(),
            [nameof(EntityId)] = EntityId,
            [nameof(Sequence)] = Sequence,
            [nameof(Hash)] = Hash,
            [nameof(AppendedAt)] = AppendedAt,
        };

        OutboxBody.Split(entity, Sealed);
        return entity;
    }

    public static OutboxRow From(TableEntity entity) => new()
    {
        PartitionKey = entity.PartitionKey,
        RowKey = entity.RowKey,
        ETag = entity.ETag,
        Purpose = Enum.Parse<OutboxPurpose>(entity.GetString(nameof(Purpose))),
        LinkId = Guid.Parse(entity.GetString(nameof(LinkId))),
        LinkEpoch = entity.GetInt32(nameof(LinkEpoch))!.Value,
        ProjectId = entity.GetInt64(nameof(ProjectId))!.Value,
        Kind = Enum.Parse<EntityKind>(entity.GetString(nameof(Kind))),
        EntityId = entity.GetString(nameof(EntityId)),
        Sequence = entity.GetInt64(nameof(Sequence))!.Value,
        Hash = entity.GetString(nameof(Hash)),
        AppendedAt = entity.GetDateTimeOffset(nameof(AppendedAt))!.Value,
        Sealed = OutboxBody.Join(entity),
    };
}
