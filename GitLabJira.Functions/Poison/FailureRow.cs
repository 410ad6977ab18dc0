using System.Security.Cryptography;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Poison;

/// <summary>Rows of <c>Failures</c>. The message stands in them sealed, as it stood in its queue; an outbox row with all its columns under a prefix.</summary>
internal static class FailureRow
{
    public const string Table = "Failures";
    public const string PartitionKey = "failure";

    private const string Message = nameof(Message);
    private const string Row = "Outbox_";
    private const string Lane = nameof(Lane);
    private const int IdBytes = 16;

    /// <summary>What a poison queue brings is at most 64 KiB of text, so 48 KiB of bytes: it fits a column.</summary>
    public static TableEntity OfMessage(Failure failure, ReadOnlyMemory<byte> message)
    {
        var entity = Entity(failure);
        entity[Message] = message.ToArray();
        return entity;
    }

    public static TableEntity OfOutboxRow(Failure failure, Lane lane, TableEntity row)
    {
        var entity = Entity(failure);
        entity[Lane] = lane.ToString();
        entity[Row + nameof(TableEntity.PartitionKey)] = row.PartitionKey;
        entity[Row + nameof(TableEntity.RowKey)] = row.RowKey;

        foreach (var (column, value) in row.Where(c => c.Key is not (nameof(TableEntity.PartitionKey) or nameof(TableEntity.RowKey) or nameof(TableEntity.Timestamp) or "odata.etag")))
        {
            entity[Row + column] = value;
        }

        return entity;
    }

    public static byte[] MessageOf(TableEntity entity) => entity.GetBinary(Message);

    public static (Lane Lane, TableEntity Row) OutboxRowOf(TableEntity entity)
    {
        var row = new TableEntity(entity.GetString(Row + nameof(TableEntity.PartitionKey)), entity.GetString(Row + nameof(TableEntity.RowKey)));

        foreach (var (column, value) in entity)
        {
            if (column.StartsWith(Row, StringComparison.Ordinal) && column[Row.Length..] is var name
                && name is not (nameof(TableEntity.PartitionKey) or nameof(TableEntity.RowKey)))
            {
                row[name] = value;
            }
        }

        return (Enum.Parse<Lane>(entity.GetString(Lane)), row);
    }

    public static Failure Read(TableEntity entity) => new()
    {
        Id = entity.RowKey,
        Queue = entity.GetString(nameof(Failure.Queue)),
        Kind = entity.GetString(nameof(Failure.Kind)),
        LinkId = entity.GetGuid(nameof(Failure.LinkId)),
        ClientKey = entity.GetString(nameof(Failure.ClientKey)),
        DeliveryId = entity.GetString(nameof(Failure.DeliveryId)),
        ReceivedAt = entity.GetDateTimeOffset(nameof(Failure.ReceivedAt)),
        ProjectId = entity.GetInt64(nameof(Failure.ProjectId)),
        EntityId = entity.GetString(nameof(Failure.EntityId)),
        Sequence = entity.GetInt64(nameof(Failure.Sequence)),
        Reason = entity.GetString(nameof(Failure.Reason)),
        FailedAt = entity.GetDateTimeOffset(nameof(Failure.FailedAt))!.Value,
        KeptAt = entity.GetDateTimeOffset(nameof(Failure.KeptAt))!.Value,
        Times = entity.GetInt32(nameof(Failure.Times)) ?? 1,
        Bytes = entity.GetInt32(nameof(Failure.Bytes)) ?? 0,
        ETag = entity.ETag,
    };

    public static string IdOf(ReadOnlySpan<byte> message) => Convert.ToHexStringLower(SHA256.HashData(message).AsSpan(0, IdBytes));

    /// <summary>Columns that are enough for a list.</summary>
    public static IReadOnlyList<string> Shown { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Failure.Queue), nameof(Failure.Kind), nameof(Failure.LinkId), nameof(Failure.ClientKey), nameof(Failure.DeliveryId),
        nameof(Failure.ReceivedAt), nameof(Failure.ProjectId), nameof(Failure.EntityId), nameof(Failure.Sequence), nameof(Failure.Reason), nameof(Failure.FailedAt), nameof(Failure.KeptAt),
        nameof(Failure.Times), nameof(Failure.Bytes),
    ];

    private static TableEntity Entity(Failure failure) => new(PartitionKey, TableKey.Of(failure.Id))
    {
        [nameof(Failure.Queue)] = failure.Queue,
        [nameof(Failure.Kind)] = failure.Kind,
        [nameof(Failure.LinkId)] = failure.LinkId,
        [nameof(Failure.ClientKey)] = failure.ClientKey,
        [nameof(Failure.DeliveryId)] = failure.DeliveryId,
        [nameof(Failure.ReceivedAt)] = failure.ReceivedAt,
        [nameof(Failure.ProjectId)] = failure.ProjectId,
        [nameof(Failure.EntityId)] = failure.EntityId,
        [nameof(Failure.Sequence)] = failure.Sequence,
        [nameof(Failure.Reason)] = failure.Reason,
        [nameof(Failure.FailedAt)] = failure.FailedAt,
        [nameof(Failure.KeptAt)] = failure.KeptAt,
        [nameof(Failure.Times)] = failure.Times,
        [nameof(Failure.Bytes)] = failure.Bytes,
    };
}
