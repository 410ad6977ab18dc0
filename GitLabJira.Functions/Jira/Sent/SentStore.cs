using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Sent;

/// <inheritdoc cref="ISent"/>
public sealed class SentStore(AppTables tables, Sequences sequences, TimeProvider clock) : ISent
{
    private const int ParallelReads = 16;
    private const int ParallelWrites = 8;
    private const int MaxConflicts = 20;

    /// <summary>How far a list from a lagging replica may lie behind.</summary>
    private static readonly TimeSpan ReplicaLag = TimeSpan.FromSeconds(60);

    private readonly AppTable _sent = tables.Get(SentRow.Table);

    public async Task<SentEntity?> FindAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        if (await ReadAsync(SentKey.Of(entity), cancellationToken) is not { } row)
        {
            return null;
        }

        return row.Awaits ? Shown(row with { Pending = row.Backfill, Tombstone = false, Hash = "", Keys = [] }) with { Row = row }
            : row.IsNew || row.IsExpired(clock.GetUtcNow()) ? null
            : Shown(row);
    }

    public long NextSequence(SentEntity? held, Lane lane) => lane is Lane.Live
        ? Math.Max(sequences.Next(), (held?.Sequence ?? 0) + 1)
        : sequences.Next() - Sequences.Of(ReplicaLag);

    public async IAsyncEnumerable<SentEntity> ListAsync(Guid linkId, long projectId, EntityKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entity in _sent.ListAsync(SentKey.Partition(linkId, projectId), kind.ToString(), cancellationToken))
        {
            var shown = Shown(SentRow.From(new SentKey(linkId, projectId, kind, entity.GetString(nameof(SentKey.EntityId))), entity));

            // What only the initial sync will bring is not there yet.
            if (!shown.Tombstone && !shown.Row!.IsNew)
            {
                yield return shown;
            }
        }
    }

    public async Task<SentRow?> ReadAsync(SentKey key, CancellationToken cancellationToken) =>
        await _sent.FindAsync(key.PartitionKey, key.RowKey, cancellationToken) is { } entity ? SentRow.From(key, entity) : null;

    /// <returns>A row for each key, an empty one where there is none.</returns>
    public async Task<IDictionary<SentKey, SentRow>> ReadAsync(IEnumerable<SentKey> keys, CancellationToken cancellationToken)
    {
        var rows = new ConcurrentDictionary<SentKey, SentRow>();

        await Parallel.ForEachAsync(
            keys.Distinct(),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken },
            async (key, token) => rows[key] = await ReadAsync(key, token) ?? new SentRow(key));

        return new Dictionary<SentKey, SentRow>(rows);
    }

    /// <summary>Applies a change to each row, and again to what another process wrote meanwhile.</summary>
    /// <param name="changes">The row as read before, and what becomes of it: a pure function of the row as it stands, null to leave it.</param>
    /// <returns>The rows as they stand then.</returns>
    public async Task<IReadOnlyList<SentRow>> UpdateAsync(IEnumerable<(SentRow Row, Func<SentRow, SentRow?> Change)> changes, CancellationToken cancellationToken)
    {
        var rows = new ConcurrentBag<SentRow>();

        await Parallel.ForEachAsync(
            changes.GroupBy(c => c.Row.Key.PartitionKey, StringComparer.Ordinal).SelectMany(partition => partition.Chunk(TableLimits.TransactionRows)),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites, CancellationToken = cancellationToken },
            async (part, token) =>
            {
                foreach (var row in await UpdatePartAsync(part, token))
                {
                    rows.Add(row);
                }
            });

        return [.. rows];
    }

    /// <summary>Notes what the initial sync is about to append, whatever else is known of it.</summary>
    public async Task NoteBackfillAsync(IEnumerable<EntityChange> changes, CancellationToken cancellationToken)
    {
        foreach (var project in changes.GroupBy(change => SentKey.Of(change.Entity).PartitionKey, StringComparer.Ordinal))
        {
            var rows = project
                .GroupBy(change => SentKey.Of(change.Entity))
                .Select(entity => (entity.Key, Sequence: entity.Max(change => change.Sequence)))
                .Select(entity => new TableEntity(entity.Key.PartitionKey, entity.Key.RowKey) { [nameof(SentRow.Backfill)] = entity.Sequence, [nameof(SentKey.EntityId)] = entity.Key.EntityId });

            await _sent.SubmitAllAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertMerge, row)), cancellationToken);
        }
    }

    /// <summary>Notes for everything in a project that its repository was deleted.</summary>
    public async Task BuryProjectAsync(Guid linkId, long projectId, long sequence, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = new List<(SentRow, Func<SentRow, SentRow?>)>();

        await foreach (var entity in _sent.ListAsync(SentKey.Partition(linkId, projectId), cancellationToken))
        {
            if (Enum.TryParse<EntityKind>(entity.RowKey.AsSpan(0, entity.RowKey.IndexOf('!', StringComparison.Ordinal)), out var kind) && kind is not EntityKind.Repository)
            {
                var row = SentRow.From(new SentKey(linkId, projectId, kind, entity.GetString(nameof(SentKey.EntityId))), entity);
                rows.Add((row, current => current.Bury(sequence, now)));
            }
        }

        await UpdateAsync(rows, cancellationToken);
    }

    /// <summary>Removes all rows of a link.</summary>
    public async Task DropAsync(Guid linkId, CancellationToken cancellationToken)
    {
        var (from, before) = (linkId.ToString("N") + "!", linkId.ToString("N") + "\"");
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {before}");
        var partitions = new HashSet<string>(StringComparer.Ordinal);

        await foreach (var row in _sent.QueryAsync(filter, ["PartitionKey"], cancellationToken))
        {
            partitions.Add(row.PartitionKey);
        }

        foreach (var partition in partitions)
        {
            await _sent.DeleteAllAsync(partition, prefix: null, cancellationToken);
        }
    }

    /// <summary>Removes tombstones whose time is over; they count as gone already.</summary>
    public async Task<int> DropOldTombstonesAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - SentRow.TombstoneLife;
        var filter = TableClient.CreateQueryFilter($"Tombstone eq true and Pending eq {0L} and SentAt lt {before}");
        var dropped = 0;

        await foreach (var row in _sent.QueryAsync(filter, ["PartitionKey", "RowKey", nameof(SentRow.Sequence), nameof(SentRow.Backfill)], cancellationToken))
        {
            // The initial sync has noted there what it will bring back.
            if (row.GetInt64(nameof(SentRow.Backfill)) > row.GetInt64(nameof(SentRow.Sequence)))
            {
                continue;
            }

            dropped += await _sent.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken) ? 1 : 0;
        }

        return dropped;
    }

    private async Task<IReadOnlyList<SentRow>> UpdatePartAsync((SentRow Row, Func<SentRow, SentRow?> Change)[] part, CancellationToken cancellationToken)
    {
        var rows = part.Select(p => p.Change(p.Row) is { } changed ? (Row: changed, IsChanged: true) : (Row: p.Row, IsChanged: false)).ToList();
        var changed = rows.Where(r => r.IsChanged).Select(r => r.Row).ToList();

        if (changed.Count == 0)
        {
            return [.. rows.Select(r => r.Row)];
        }

        var actions = changed.Select(row => row.ETag is { } etag
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row.ToEntity(), etag)
            : new TableTransactionAction(TableTransactionActionType.Add, row.ToEntity()));

        if (await _sent.TrySubmitForETagsAsync([.. actions], cancellationToken) is { } etags)
        {
            return [.. rows.Where(r => !r.IsChanged).Select(r => r.Row), .. changed.Zip(etags, (row, etag) => row with { ETag = etag })];
        }

        var written = new List<SentRow>(part.Length);

        foreach (var (row, change) in part)
        {
            written.Add(await UpdateOneAsync(row.Key, change, cancellationToken));
        }

        return written;
    }

    private async Task<SentRow> UpdateOneAsync(SentKey key, Func<SentRow, SentRow?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxConflicts; attempt++)
        {
            var row = await ReadAsync(key, cancellationToken) ?? new SentRow(key);

            if (change(row) is not { } changed)
            {
                return row;
            }

            var written = row.ETag is { } etag
                ? await _sent.TryReplaceAsync(changed.ToEntity(), etag, cancellationToken)
                : await _sent.TryAddAsync(changed.ToEntity(), cancellationToken);

            if (written is not null)
            {
                return changed with { ETag = written };
            }
        }

        throw new InvalidOperationException($"A row of {SentRow.Table} stayed contended over {MaxConflicts} attempts.");
    }

    private SentEntity Shown(SentRow row) => new()
    {
        Kind = row.Key.Kind,
        EntityId = row.Key.EntityId,
        Sequence = Math.Max(row.Sequence, row.Pending),
        ContentHash = row.Pending == 0 ? row.Hash : "",
        Keys = row.Keys,
        Tombstone = row.Tombstone && row.Pending == 0,
        SentAt = row.SentAt ?? clock.GetUtcNow(),
        Row = row,
    };
}
