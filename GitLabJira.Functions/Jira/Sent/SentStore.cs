using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Outbox;
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
    private readonly AppTable _outbox = tables.Get(OutboxKeys.Table);

    public async Task<bool> IsConfirmedAsync(EntityRef entity, CancellationToken cancellationToken) =>
        await ReadLivingAsync(SentKey.Of(entity), cancellationToken) is { } row && Shown(row).IsConfirmed;

    public async Task<SentEntity?> FindAsync(EntityRef entity, CancellationToken cancellationToken) =>
        await ReadLivingAsync(SentKey.Of(entity), cancellationToken) is ({ Tombstone: false } or { Pending: > 0 }) and var row ? Shown(row) : await FindNewAsync(entity, cancellationToken);

    public async Task<SentEntity?> FindNewAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        var key = SentKey.Of(entity);

        // The initial sync notes nothing beforehand: its rows are found by name. First the outbox, then Sent, because a row moves from the one to the other.
        var waiting = await WaitingAsync(entity, key, cancellationToken);
        var latest = await ReadLivingAsync(key, cancellationToken);

        return latest is ({ Tombstone: true, Pending: 0 } or null) && waiting > (latest?.Sequence ?? 0) ? Shown(new SentRow(key) { Pending = waiting.Value })
            : latest is null ? null
            : Shown(latest);
    }

    /// <returns>The sequence under which the initial sync will send it; null when it will not.</returns>
    private async Task<long?> WaitingAsync(EntityRef entity, SentKey key, CancellationToken cancellationToken) =>
        (await _outbox.FindAsync(OutboxKeys.Partition(entity.Link.ClientKey, Lane.Backfill), OutboxKeys.Backfill(key), cancellationToken))?.GetInt64(nameof(OutboxRow.Sequence));

    public long NextSequence(SentEntity? held, Lane lane) => lane is Lane.Live
        ? Math.Max(sequences.Next(), (held?.Sequence ?? 0) + 1)
        : sequences.Next() - Sequences.Of(ReplicaLag);

    public async IAsyncEnumerable<SentEntity> ListAsync(Guid linkId, long projectId, EntityKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entity in _sent.ListAsync(SentKey.Partition(linkId, projectId), kind.ToString(), cancellationToken))
        {
            var shown = Shown(SentRow.From(new SentKey(linkId, projectId, kind, entity.GetString(nameof(SentKey.EntityId))), entity));

            if (!shown.Tombstone)
            {
                yield return shown;
            }
        }
    }

    public async Task<SentRow?> ReadAsync(SentKey key, CancellationToken cancellationToken) =>
        await _sent.FindAsync(key.PartitionKey, key.RowKey, cancellationToken) is { } entity ? SentRow.From(key, entity) : null;

    private async Task<SentRow?> ReadLivingAsync(SentKey key, CancellationToken cancellationToken) =>
        await ReadAsync(key, cancellationToken) is { } row && !row.IsExpired(clock.GetUtcNow()) ? row : null;

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

        await foreach (var row in _sent.QueryAsync(filter, ["PartitionKey", "RowKey"], cancellationToken))
        {
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
    };
}
