using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Table <c>Sites</c>: the delivery lease of each site and the notes that something waits for it.</summary>
public sealed class SiteStore(AppTables tables, TimeProvider clock)
{
    private const string Table = "Sites";
    private const string Dirty = "dirty";
    private const string Later = "later";
    private const string Deleted = "deleted";
    private const string At = nameof(At);
    private const string Backfill = "backfill";
    private const string Everybody = "!all";
    private const string ClientKey = nameof(ClientKey);

    /// <summary>Notes of one site are spread over some rows, so that many appenders do not meet in one.</summary>
    private const int MarkRows = 8;

    /// <summary>As long as the tombstone of a repository stands, and a while.</summary>
    private static readonly TimeSpan DeletionLife = SentRow.TombstoneLife + TimeSpan.FromDays(2);

    /// <summary>How long a site that was left idle may be taken for so. Whether it is shows when its lease is taken.</summary>
    private static readonly TimeSpan IdleCache = TimeSpan.FromMinutes(10);

    /// <summary>How long a look at the row that holds all sites is good for.</summary>
    private static readonly TimeSpan HoldCache = TimeSpan.FromSeconds(5);

    private readonly AppTable _table = tables.Get(Table);
    private readonly RowCache<SiteView> _idle = new(clock, IdleCache);
    private volatile Hold? _hold;

    /// <summary>The site as this process last saw it idle; null when it did not lately. The lease is taken by what was seen: if it can be, nobody was at work there since.</summary>
    public SiteView? Recall(string clientKey) => _idle.Recall(clientKey);

    public async Task<SiteView> LookAsync(string clientKey, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var state = new SiteState();
        var marks = new List<SiteMark>();
        var deletions = new HashSet<Guid>();

        await foreach (var entity in _table.ListAsync(TableKey.Of(clientKey), cancellationToken))
        {
            if (string.Equals(entity.RowKey, SiteState.RowKey, StringComparison.Ordinal))
            {
                state = SiteState.From(entity);
            }
            else if (Mark(entity) is { } mark)
            {
                marks.Add(mark);
            }
            else if (entity.GetGuid(nameof(Link)) is { } linkId && entity.GetDateTimeOffset(At) + DeletionLife > now)
            {
                deletions.Add(linkId);
            }
        }

        var view = new SiteView(state, marks, deletions);
        Remember(clientKey, view);
        return view;
    }

    /// <summary>Keeps what is known of a site that is idle.</summary>
    public void Remember(string clientKey, SiteView view)
    {
        if (view.IsDirty || view.State.IsHeld(clock.GetUtcNow()))
        {
            _idle.Forget(clientKey);
        }
        else
        {
            _idle.Keep(clientKey, view);
        }
    }

    /// <param name="direct">See <see cref="SiteState.IsDirect"/>.</param>
    /// <returns>Null when somebody else holds or took the lease.</returns>
    public async Task<SiteLease?> TryTakeAsync(string clientKey, SiteState state, bool direct, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        if (state.IsHeld(now))
        {
            return null;
        }

        var taken = state with { Holder = Guid.NewGuid().ToString("N"), LeaseUntil = now + SiteLease.Length, IsDirect = direct };
        return await WriteAsync(clientKey, taken, cancellationToken) is { } written ? new SiteLease(this, clientKey, written, clock) : null;
    }

    /// <summary>Notes that a link, or a repository of it, is about to be deleted as a whole. Call it before the lease is taken for that, or under it.</summary>
    public async Task MarkDeletionAsync(string clientKey, Guid linkId, CancellationToken cancellationToken)
    {
        await _table.PutAsync(new TableEntity(TableKey.Of(clientKey), TableKey.Of(Deleted, linkId.ToString("N"))) { [nameof(Link)] = linkId, [At] = clock.GetUtcNow() }, cancellationToken);
        _idle.Forget(clientKey);
    }

    /// <summary>Removes notes of deletions that are long past.</summary>
    public async Task DropOldDeletionsAsync(CancellationToken cancellationToken)
    {
        var (from, before) = (Deleted + "!", Deleted + "\"");

        await foreach (var row in _table.QueryAsync(TableClient.CreateQueryFilter($"RowKey ge {from} and RowKey lt {before} and At lt {clock.GetUtcNow() - DeletionLife}"), columns: null, cancellationToken))
        {
            await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        }
    }

    /// <summary>Notes that rows were appended which can go at once.</summary>
    public Task MarkDirtyAsync(string clientKey, bool backfill, CancellationToken cancellationToken) =>
        PutAsync(clientKey, TableKey.Of(Dirty, backfill ? Backfill : RandomNumberGenerator.GetInt32(MarkRows).ToString("D2", CultureInfo.InvariantCulture)), dueAt: null, cancellationToken);

    /// <summary>Notes that a row was appended which waits for its time. By the minute: many rows, one note.</summary>
    public Task MarkLaterAsync(string clientKey, DateTimeOffset due, bool backfill, CancellationToken cancellationToken)
    {
        var minute = new DateTimeOffset(due.Ticks - (due.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero) + TimeSpan.FromMinutes(1);
        return PutAsync(clientKey, TableKey.Of(Later, $"{(backfill ? Backfill : "")}{minute.ToUnixTimeSeconds().ToString("D12", CultureInfo.InvariantCulture)}"), minute, cancellationToken);
    }

    /// <summary>Removes notes, unless they were set again meanwhile.</summary>
    public async Task ClearAsync(string clientKey, IEnumerable<SiteMark> marks, CancellationToken cancellationToken)
    {
        foreach (var mark in marks)
        {
            await _table.TryDeleteAsync(TableKey.Of(clientKey), mark.RowKey, mark.ETag, cancellationToken);
        }
    }

    /// <summary>Removes what was seen of a site, unless it was written again meanwhile or somebody is at work there.</summary>
    public async Task DropAsync(string clientKey, SiteView view, CancellationToken cancellationToken)
    {
        await ClearAsync(clientKey, view.Marks, cancellationToken);
        await _table.DeleteAllAsync(TableKey.Of(clientKey), Deleted, cancellationToken);
        _idle.Forget(clientKey);

        if (view.State is { ETag: { } etag } && !view.State.IsHeld(clock.GetUtcNow()))
        {
            await _table.TryDeleteAsync(TableKey.Of(clientKey), SiteState.RowKey, etag, cancellationToken);
        }
    }

    /// <summary>All sites that have a row or a note, with what stands there.</summary>
    public async Task<IReadOnlyList<(string ClientKey, SiteView View)>> MarkedAsync(CancellationToken cancellationToken)
    {
        var (from, before) = (Dirty + "!", Later + "\"");
        var marked = new Dictionary<string, string>(StringComparer.Ordinal);

        // "dirty!…" and "later!…" bound all rows but little else; what is no note falls out.
        await foreach (var entity in _table.QueryAsync(TableClient.CreateQueryFilter($"RowKey ge {from} and RowKey lt {before}"), columns: null, cancellationToken))
        {
            if (Mark(entity) is not null && entity.GetString(ClientKey) is { } clientKey)
            {
                marked[entity.PartitionKey] = clientKey;
            }
        }

        var sites = new List<(string, SiteView)>(marked.Count);

        foreach (var clientKey in marked.Values)
        {
            sites.Add((clientKey, await LookAsync(clientKey, cancellationToken)));
        }

        return sites;
    }

    /// <summary>Until when no site may be called; null when they may.</summary>
    public async Task<DateTimeOffset?> HeldUntilAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var hold = _hold;

        if (hold is null || now - hold.ReadAt > HoldCache)
        {
            var row = await _table.FindAsync(Everybody, SiteState.RowKey, cancellationToken);
            _hold = hold = new Hold(now, row?.GetDateTimeOffset(nameof(SiteState.NotBefore)));
        }

        return hold.Until > now ? hold.Until : null;
    }

    /// <summary>The app's quota over all sites is used up.</summary>
    public async Task HoldAllAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        await _table.PutAsync(new TableEntity(Everybody, SiteState.RowKey) { [nameof(SiteState.NotBefore)] = until }, cancellationToken);
        _hold = new Hold(clock.GetUtcNow(), until);
    }

    /// <summary>Writes the row if nobody else did since it was read.</summary>
    /// <returns>Null when somebody else did.</returns>
    internal async Task<SiteState?> WriteAsync(string clientKey, SiteState state, CancellationToken cancellationToken)
    {
        _idle.Forget(clientKey);
        var entity = state.ToEntity(TableKey.Of(clientKey));
        var etag = state.ETag is { } known
            ? await _table.TryReplaceAsync(entity, known, cancellationToken)
            : await _table.TryAddAsync(entity, cancellationToken);

        if (etag is not null)
        {
            return state with { ETag = etag };
        }

        // The answer to a first attempt may have been lost on the way.
        var standing = await _table.FindAsync(entity.PartitionKey, entity.RowKey, cancellationToken) is { } row ? SiteState.From(row) : null;

        return standing is not null && standing.Holder.Length > 0 && string.Equals(standing.Holder, state.Holder, StringComparison.Ordinal) && standing.LeaseUntil == state.LeaseUntil
            ? standing
            : null;
    }

    private Task<ETag> PutAsync(string clientKey, string rowKey, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        _table.PutAsync(new TableEntity(TableKey.Of(clientKey), rowKey) { [ClientKey] = clientKey, [nameof(SiteMark.DueAt)] = dueAt }, cancellationToken);

    private static SiteMark? Mark(TableEntity entity)
    {
        var parts = entity.RowKey.Split('!');

        return parts is [Dirty or Later, var name]
            ? new SiteMark(entity.RowKey, entity.ETag, name.StartsWith(Backfill, StringComparison.Ordinal), entity.GetDateTimeOffset(nameof(SiteMark.DueAt)))
            : null;
    }

    private sealed record Hold(DateTimeOffset ReadAt, DateTimeOffset? Until);
}
