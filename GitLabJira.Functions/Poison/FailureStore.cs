using System.Runtime.CompilerServices;
using System.Text;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Poison;

/// <inheritdoc cref="IFailures"/>
/// <remarks>A replay sends first and removes then: who dies in between leaves both, and the second of two equal messages changes nothing (design 6.2).</remarks>
public sealed partial class FailureStore(
    AppTables tables, ISealedMessages messages, MessageBlobs blobs, SiteStore sites, DeliveryQueue wakes, TimeProvider clock, ILogger<FailureStore> logger) : IFailures
{
    /// <summary>The tables <c>Attempts</c>yyyyMMdd: what attempts ended with that may have been the last.</summary>
    public const string AttemptsTable = "Attempts";

    public static readonly TimeSpan AttemptsKeptFor = TimeSpan.FromDays(3);

    /// <summary>As long as the blobs of large bodies.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private const string Attempt = "attempt";

    private readonly AppTable _table = tables.Get(FailureRow.Table);

    public async Task NoteAttemptAsync(ReadOnlyMemory<byte> message, Exception failure)
    {
        try
        {
            var row = new TableEntity(Attempt, FailureRow.IdOf(message.Span)) { [nameof(Failure.Reason)] = FailureReason.Of(failure), [nameof(Failure.FailedAt)] = clock.GetUtcNow() };
            await Attempts(daysAgo: 0).PutAsync(row, CancellationToken.None);
        }
        catch (Exception storage)
        {
            // The attempt failed anyway; its own failure is what counts.
            Log.NotNoted(logger, storage);
        }
    }

    public async Task<Failure> KeepAsync(string queue, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var id = FailureRow.IdOf(message.Span);
        var header = messages.HeaderOf(message);
        var last = await LastAttemptAsync(id, cancellationToken);
        var failure = new Failure
        {
            Id = id,
            Queue = queue,
            Kind = header?.Kind,
            LinkId = header?.LinkId,
            ClientKey = header?.ClientKey,
            DeliveryId = header?.DeliveryId,
            ReceivedAt = header is { ReceivedAt: > 0 and var at } ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            Reason = last?.GetString(nameof(Failure.Reason)) ?? FailureReason.Unknown,
            FailedAt = last?.GetDateTimeOffset(nameof(Failure.FailedAt)) ?? clock.GetUtcNow(),
            KeptAt = clock.GetUtcNow(),
            Bytes = message.Length,
        };

        return await PutAsync(failure, known => FailureRow.OfMessage(known, message), cancellationToken);
    }

    public async Task KeepAsync(string clientKey, Lane lane, OutboxRow row, Exception failure, CancellationToken cancellationToken)
    {
        var kept = new Failure
        {
            Id = FailureRow.IdOf(Encoding.UTF8.GetBytes($"{row.PartitionKey}\n{row.RowKey}\n{row.Sequence}")),
            Queue = Failure.Outbox,
            Kind = row.Kind.ToString(),
            LinkId = row.LinkId,
            ClientKey = clientKey,
            ProjectId = row.ProjectId,
            EntityId = row.EntityId,
            Sequence = row.Sequence,
            Reason = FailureReason.Of(failure),
            FailedAt = clock.GetUtcNow(),
            KeptAt = clock.GetUtcNow(),
            Bytes = row.Sealed.Length,
        };

        await PutAsync(kept, known => FailureRow.OfOutboxRow(known, lane, row.ToEntity()), cancellationToken);
    }

    public async IAsyncEnumerable<Failure> ListAsync(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {FailureRow.PartitionKey} and RowKey gt {after ?? ""}");

        await foreach (var row in _table.QueryAsync(filter, FailureRow.Shown, cancellationToken))
        {
            yield return FailureRow.Read(row);
        }
    }

    public async Task<Failure?> FindAsync(string id, CancellationToken cancellationToken) => await RowAsync(id, cancellationToken) is { } row ? FailureRow.Read(row) : null;

    public async Task<bool> ReplayAsync(string id, CancellationToken cancellationToken)
    {
        if (await RowAsync(id, cancellationToken) is not { } row)
        {
            return false;
        }

        var failure = FailureRow.Read(row);

        if (string.Equals(failure.Queue, Failure.Outbox, StringComparison.Ordinal))
        {
            var (lane, outboxRow) = FailureRow.OutboxRowOf(row);

            // Rows of backfill stand under their entity: what was read since is newer.
            await tables.Get(OutboxKeys.Table).TryAddAsync(outboxRow, cancellationToken);
            await sites.MarkDirtyAsync(failure.ClientKey!, lane is Lane.Backfill, cancellationToken);
            await wakes.WakeAsync(failure.ClientKey!, lane is Lane.Backfill ? DeliveryTurn.All : DeliveryTurn.News, delay: null, cancellationToken);
        }
        else
        {
            await messages.SendAsync(failure.Queue, FailureRow.MessageOf(row), delay: null, cancellationToken);
        }

        // By its ETag: should it have come back already, that is news.
        await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        Log.Replayed(logger, failure.Id, failure.Queue, failure.LinkId);
        return true;
    }

    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken)
    {
        if (await RowAsync(id, cancellationToken) is not { } row)
        {
            return false;
        }

        await DropAsync(row, cancellationToken);
        return true;
    }

    public async Task<int> DropOldAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - Life;
        var dropped = 0;

        await foreach (var row in _table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {FailureRow.PartitionKey} and KeptAt lt {before}"), columns: null, cancellationToken))
        {
            await DropAsync(row, cancellationToken);
            dropped++;
        }

        return dropped;
    }

    private async Task DropAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var failure = FailureRow.Read(row);

        if (!string.Equals(failure.Queue, Failure.Outbox, StringComparison.Ordinal) && messages.HeaderOf(FailureRow.MessageOf(row)) is { Blob: { } blob })
        {
            await blobs.DeleteAsync(blob, cancellationToken);
        }

        await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
        Log.Dropped(logger, failure.Id, failure.Queue, failure.LinkId, failure.Reason);
    }

    /// <summary>Written again and again until it stands: of two processes that keep the same thing, both count.</summary>
    private async Task<Failure> PutAsync(Failure failure, Func<Failure, TableEntity> entity, CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = await FindAsync(failure.Id, cancellationToken);
            var kept = known is null ? failure : failure with { KeptAt = known.KeptAt, Times = known.Times + 1 };
            var written = known is null
                ? await _table.TryAddAsync(entity(kept), cancellationToken)
                : await _table.TryReplaceAsync(entity(kept), known.ETag, cancellationToken);

            if (written is not null)
            {
                AppMetrics.Poison(kept.Queue);
                Log.Kept(logger, kept.Id, kept.Queue, kept.Kind, kept.LinkId, kept.Reason);
                return kept;
            }
        }
    }

    private async Task<TableEntity?> RowAsync(string id, CancellationToken cancellationToken) => await _table.FindAsync(FailureRow.PartitionKey, TableKey.Of(id), cancellationToken);

    private async Task<TableEntity?> LastAttemptAsync(string id, CancellationToken cancellationToken) =>
        await Attempts(daysAgo: 0).FindAsync(Attempt, id, cancellationToken) ?? await Attempts(daysAgo: 1).FindAsync(Attempt, id, cancellationToken);

    private AppTable Attempts(int daysAgo) => tables.Get(AttemptsTable, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-daysAgo));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Failure {Id}: {Kind} of {Queue}, link {LinkId}, could not be processed and is kept. {Reason}")]
        public static partial void Kept(ILogger logger, string id, string queue, string? kind, Guid? linkId, string reason);

        [LoggerMessage(2, LogLevel.Information, "Failure {Id} of {Queue}, link {LinkId}, is replayed.")]
        public static partial void Replayed(ILogger logger, string id, string queue, Guid? linkId);

        [LoggerMessage(3, LogLevel.Warning, "Failure {Id} of {Queue}, link {LinkId}, is dropped for good. {Reason}")]
        public static partial void Dropped(ILogger logger, string id, string queue, Guid? linkId, string reason);

        [LoggerMessage(4, LogLevel.Warning, "The reason of a failed attempt could not be noted.")]
        public static partial void NotNoted(ILogger logger, Exception storage);
    }
}
