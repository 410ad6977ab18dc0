using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Outbox;

/// <summary>What waits for Jira, per site and lane.</summary>
public sealed class OutboxStore(AppTables tables, ISealer sealer, Sequences sequences, TimeProvider clock)
{
    /// <summary>Rows of one reading, and of one page of storage's answer; a POST takes up to 1,000 entities.</summary>
    public const int Batch = 1000;

    /// <summary>Sealed bytes after which a reading ends: much more than a POST takes, and little enough for many sites at a time.</summary>
    private const int BatchBytes = 4 * 1024 * 1024;

    public static readonly TimeSpan Life = TimeSpan.FromDays(14);

    private static readonly IReadOnlyList<Lane> Lanes = Enum.GetValues<Lane>();
    private static readonly IReadOnlyList<EntityKind> Kinds = Enum.GetValues<EntityKind>();

    private readonly AppTable _table = tables.Get(OutboxKeys.Table);

    /// <summary>Live and repair: at the end of the lane.</summary>
    public async Task AppendAsync(string clientKey, Lane lane, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken)
    {
        var partition = OutboxKeys.Partition(clientKey, lane);
        var actions = new List<TableTransactionAction>(changes.Count);

        foreach (var change in changes)
        {
            var entity = await EntityAsync(partition, OutboxKeys.Append(sequences.Next()), OutboxPurpose.Change, change, cancellationToken);
            actions.Add(new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity));
        }

        await _table.SubmitAllAsync(actions, cancellationToken);
    }

    /// <summary>To be sent when <paramref name="due"/> has come.</summary>
    public async Task AppendLaterAsync(string clientKey, Lane lane, OutboxPurpose purpose, EntityChange change, DateTimeOffset due, CancellationToken cancellationToken) =>
        await _table.PutAsync(
            await EntityAsync(OutboxKeys.Partition(clientKey, lane), OutboxKeys.AppendFor(due), purpose, change, cancellationToken),
            cancellationToken);

    /// <summary>Backfill: one row per entity, the newest read wins. One link in all changes.</summary>
    public async Task PutBackfillAsync(string clientKey, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken)
    {
        var partition = OutboxKeys.Partition(clientKey, Lane.Backfill);

        foreach (var part in changes.GroupBy(c => SentKey.Of(c.Entity)).Select(g => g.MaxBy(c => c.Sequence)!).Chunk(TableLimits.TransactionRows))
        {
            var entities = new List<TableEntity>(part.Length);

            foreach (var change in part)
            {
                entities.Add(await EntityAsync(partition, OutboxKeys.Backfill(SentKey.Of(change.Entity)), OutboxPurpose.Change, change, cancellationToken));
            }

            // Mostly they are new. Where one is not, the older read of the two must not win.
            foreach (var transaction in TableLimits.Cut(entities.Select(e => new TableTransactionAction(TableTransactionActionType.Add, e))))
            {
                if (!await _table.TrySubmitAsync(transaction, cancellationToken))
                {
                    foreach (var action in transaction)
                    {
                        await PutNewerAsync((TableEntity)action.Entity, cancellationToken);
                    }
                }
            }
        }
    }

    /// <summary>Rows whose time has come, in order, at most <see cref="Batch"/> and about 4 MiB: no more than one or two POSTs need, however many wait.</summary>
    /// <param name="isWanted">Rows of a family that takes nothing are passed over, by storage itself: there may be many.</param>
    public async Task<IReadOnlyList<OutboxRow>> ReadAsync(string clientKey, Lane lane, Func<EntityKind, bool> isWanted, CancellationToken cancellationToken)
    {
        var rows = new List<OutboxRow>();
        var bytes = 0L;
        var unwanted = string.Concat(Kinds.Where(kind => !isWanted(kind)).Select(kind => $" and Kind ne '{kind}'"));

        foreach (var filter in DueFilters(clientKey, lane))
        {
            await foreach (var entity in _table.QueryAsync(filter + unwanted, columns: null, cancellationToken))
            {
                var row = OutboxRow.From(entity);
                rows.Add(row);
                bytes += row.Sealed.Length;

                if (rows.Count == Batch || bytes >= BatchBytes)
                {
                    return rows;
                }
            }
        }

        return rows;
    }

    /// <summary>Whether anything waits in the lane whose time has come.</summary>
    public async Task<bool> AnyAsync(string clientKey, Lane lane, CancellationToken cancellationToken)
    {
        foreach (var filter in DueFilters(clientKey, lane))
        {
            if (await _table.AnyAsync(filter, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How long the oldest row of these sites has waited that could have gone at once; zero for none. Old data does not count: it may take its time.</summary>
    public async Task<TimeSpan> LongestWaitAsync(IEnumerable<string> clientKeys, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var oldest = now;

        foreach (var partition in clientKeys.SelectMany(clientKey => new[] { Lane.Live, Lane.Repair }.Select(lane => OutboxKeys.Partition(clientKey, lane))))
        {
            var (from, before) = (OutboxKeys.Now + "!", OutboxKeys.Now + "\"");
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {before}");

            if (await _table.QueryAsync(filter, [nameof(OutboxRow.AppendedAt)], cancellationToken).FirstOrDefaultAsync(cancellationToken) is { } row
                && row.GetDateTimeOffset(nameof(OutboxRow.AppendedAt)) is { } appended && appended < oldest)
            {
                oldest = appended;
            }
        }

        return now - oldest;
    }

    /// <summary>How many rows stand in the lane, also those that wait for their time; counting ends at <paramref name="most"/>.</summary>
    public async Task<int> CountAsync(string clientKey, Lane lane, int most, CancellationToken cancellationToken)
    {
        var partition = OutboxKeys.Partition(clientKey, lane);
        return await _table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), ["RowKey"], cancellationToken).Take(most).CountAsync(cancellationToken);
    }

    /// <exception cref="CryptographicException">The row was altered or moved.</exception>
    /// <exception cref="JsonException">The row was not written by us.</exception>
    public async Task<EntityChange> OpenAsync(OutboxRow row, Link link, CancellationToken cancellationToken) =>
        OutboxBody.Read(await sealer.OpenAsync(row.Sealed, Context(row.PartitionKey, row.RowKey), cancellationToken), row, link);

    /// <summary>Removes rows, unless they were replaced by newer ones meanwhile.</summary>
    public async Task RemoveAsync(IEnumerable<(string PartitionKey, string RowKey, ETag ETag)> rows, CancellationToken cancellationToken)
    {
        foreach (var partition in rows.GroupBy(r => r.PartitionKey, StringComparer.Ordinal))
        {
            foreach (var part in partition.Chunk(TableLimits.TransactionRows))
            {
                var actions = part
                    .Select(r => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(r.PartitionKey, r.RowKey), r.ETag))
                    .ToList();

                if (!await _table.TrySubmitAsync(actions, cancellationToken))
                {
                    foreach (var (partitionKey, rowKey, etag) in part)
                    {
                        await _table.TryDeleteAsync(partitionKey, rowKey, etag, cancellationToken);
                    }
                }
            }
        }
    }

    /// <summary>Removes what waits for a link, in every lane.</summary>
    public async Task DropLinkAsync(string clientKey, Guid linkId, CancellationToken cancellationToken)
    {
        var link = linkId.ToString("N");

        foreach (var partition in Lanes.Select(lane => OutboxKeys.Partition(clientKey, lane)))
        {
            await RemoveAsync(TableClient.CreateQueryFilter($"PartitionKey eq {partition} and LinkId eq {link}"), cancellationToken);
        }
    }

    /// <summary>Removes what waited too long, in every lane.</summary>
    /// <returns>How many rows.</returns>
    public async Task<int> DropExpiredAsync(string clientKey, CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - Life;
        var removed = 0;

        foreach (var partition in Lanes.Select(lane => OutboxKeys.Partition(clientKey, lane)))
        {
            removed += await RemoveAsync(TableClient.CreateQueryFilter($"PartitionKey eq {partition} and AppendedAt lt {before}"), cancellationToken);
        }

        return removed;
    }

    private IEnumerable<string> DueFilters(string clientKey, Lane lane)
    {
        var partition = OutboxKeys.Partition(clientKey, lane);

        if (lane is Lane.Backfill)
        {
            return [TableClient.CreateQueryFilter($"PartitionKey eq {partition}")];
        }

        var (now, afterNow) = (OutboxKeys.Now + "!", OutboxKeys.Now + "\"");
        var (later, due) = (OutboxKeys.Later + "!", OutboxKeys.DueBefore(clock.GetUtcNow()));

        return
        [
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {now} and RowKey lt {afterNow}"),
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {later} and RowKey lt {due}"),
        ];
    }

    private async Task<int> RemoveAsync(string filter, CancellationToken cancellationToken)
    {
        var rows = new List<(string, string, ETag)>();

        await foreach (var row in _table.QueryAsync(filter, ["PartitionKey", "RowKey"], cancellationToken))
        {
            rows.Add((row.PartitionKey, row.RowKey, row.ETag));
        }

        await RemoveAsync(rows, cancellationToken);
        return rows.Count;
    }

    private async Task PutNewerAsync(TableEntity entity, CancellationToken cancellationToken)
    {
        while (await _table.TryAddAsync(entity, cancellationToken) is null)
        {
            if (await _table.FindAsync(entity.PartitionKey, entity.RowKey, cancellationToken) is not { } standing)
            {
                continue;
            }

            if (standing.GetInt64(nameof(OutboxRow.Sequence)) >= entity.GetInt64(nameof(OutboxRow.Sequence))
                || await _table.TryReplaceAsync(entity, standing.ETag, cancellationToken) is not null)
            {
                return;
            }
        }
    }

    private async Task<TableEntity> EntityAsync(string partitionKey, string rowKey, OutboxPurpose purpose, EntityChange change, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(partitionKey, rowKey)
        {
            [nameof(OutboxRow.Purpose)] = purpose.ToString(),
            [nameof(OutboxRow.LinkId)] = change.Entity.Link.Id.ToString("N"),
            [nameof(OutboxRow.LinkEpoch)] = change.Entity.Link.Epoch,
            [nameof(OutboxRow.ProjectId)] = change.Entity.ProjectId,
            [nameof(OutboxRow.Kind)] = change.Entity.Kind.ToString(),
            [nameof(OutboxRow.EntityId)] = change.Entity.EntityId,
            [nameof(OutboxRow.Sequence)] = change.Sequence,
            [nameof(OutboxRow.Hash)] = ContentHash.Of(change),
            [nameof(OutboxRow.AppendedAt)] = clock.GetUtcNow(),
        };

        OutboxBody.Split(entity, await sealer.SealAsync(OutboxBody.Write(change), Context(partitionKey, rowKey), cancellationToken));
        return entity;
    }

    private static SealContext Context(string partitionKey, string rowKey) => new(OutboxKeys.Table, partitionKey, rowKey, "Body");
}
