using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Links in the tables <c>Links</c> and <c>LinkIndex</c>, kept for 30 s.</summary>
public sealed class LinkStore(AppTables tables, LinkIndex index, ISealer sealer, TimeProvider clock) : ILinks
{
    /// <summary>Links whose installation is remembered; more than any process has to do with.</summary>
    private const int MostRemembered = 10_000;

    private readonly AppTable _table = tables.Get(LinkRow.Table);
    private readonly RowCache<Found> _links = new(clock);

    /// <summary>Where links were found last: while a row stands there, the index says nothing else.</summary>
    private readonly ConcurrentDictionary<Guid, string> _clientKeys = new();
    private readonly RowCache<IReadOnlyList<HookSecret>> _secrets = new(clock);

    public async Task<(LinkLookup Lookup, Link? Link)> FindAsync(Guid linkId, bool fresh, CancellationToken cancellationToken)
    {
        var found = await _links.GetAsync(CacheKey(linkId), fresh, read => ReadAsync(linkId, read), cancellationToken);

        return found is null ? (LinkLookup.Unknown, null) : (found.Lookup, found.Link);
    }

    public async Task<Link?> GetAsync(string clientKey, Guid linkId, CancellationToken cancellationToken) =>
        await RowAsync(clientKey, linkId, cancellationToken) is { } row ? LinkRow.Read(row) : null;

    public IAsyncEnumerable<Link> ListAsync(string clientKey, CancellationToken cancellationToken) =>
        _table.ListAsync(LinkRow.Partition(clientKey), cancellationToken).Where(row => !LinkRow.IsGuard(row)).Select(LinkRow.Read);

    /// <summary>Links of all installations in <paramref name="state"/>: a scan, for timers.</summary>
    public IAsyncEnumerable<Link> ScanAsync(LinkState state, CancellationToken cancellationToken) =>
        _table.QueryAsync(TableClient.CreateQueryFilter($"State eq {state.ToString()}"), columns: null, cancellationToken).Select(LinkRow.Read);

    /// <summary>Links of all installations whose row names a run: a scan, for timers.</summary>
    public IAsyncEnumerable<Link> ScanRunningAsync(CancellationToken cancellationToken) =>
        _table.QueryAsync(TableClient.CreateQueryFilter($"ActiveRunId gt {""}"), columns: null, cancellationToken).Select(LinkRow.Read);

    public async Task<Link?> UpdateAsync(string clientKey, Guid linkId, Func<Link, Link?> change, CancellationToken cancellationToken)
    {
        while (await RowAsync(clientKey, linkId, cancellationToken) is { } row)
        {
            var link = LinkRow.Read(row);

            if (change(link) is not { } changed)
            {
                return link;
            }

            changed = changed.State == link.State ? changed : changed with { StateChangedAt = clock.GetUtcNow() };

            if (await _table.TryReplaceAsync(LinkRow.Write(changed, row.GetBinary(LinkRow.HookSecrets)), row.ETag, cancellationToken) is { } etag)
            {
                Forget(linkId);
                return changed with { ETag = etag };
            }
        }

        Forget(linkId);
        return null;
    }

    public async Task<IReadOnlyList<HookSecret>> HookSecretsAsync(Link link, CancellationToken cancellationToken) =>
        await _secrets.GetAsync($"{link.Id:N} {link.ETag}", fresh: false, read => OpenAsync(link, read), cancellationToken) ?? [];

    /// <summary>Changes the secrets in the row as it stands, again from the start when somebody else wrote meanwhile.</summary>
    /// <param name="change">Returns null to leave them.</param>
    /// <returns>Whether they were changed.</returns>
    public async Task<bool> UpdateHookSecretsAsync(Link link, Func<IReadOnlyList<HookSecret>, IReadOnlyList<HookSecret>?> change, CancellationToken cancellationToken)
    {
        while (await RowAsync(link.ClientKey, link.Id, cancellationToken) is { } row)
        {
            if (row.GetBinary(LinkRow.HookSecrets) is not { } sealedSecrets || change(await OpenAsync(link, sealedSecrets, cancellationToken)) is not { } changed)
            {
                return false;
            }

            row[LinkRow.HookSecrets] = await SealAsync(link, changed, cancellationToken);

            if (await _table.TryReplaceAsync(row, row.ETag, cancellationToken) is not null)
            {
                Forget(link.Id);
                return true;
            }
        }

        return false;
    }

    /// <summary>For those who write link rows themselves.</summary>
    internal void Forget(Guid linkId) => _links.Forget(CacheKey(linkId));

    internal async Task<byte[]> SealAsync(Link link, IReadOnlyList<HookSecret> secrets, CancellationToken cancellationToken) =>
        await sealer.SealAsync(JsonSerializer.SerializeToUtf8Bytes(secrets, HookSecretJson.Default.IReadOnlyListHookSecret), Context(link), cancellationToken);

    private async Task<Found?> ReadAsync(Guid linkId, CancellationToken cancellationToken)
    {
        if (_clientKeys.TryGetValue(linkId, out var remembered) && await ReadAsync(remembered, linkId, cancellationToken) is { } standing)
        {
            return standing;
        }

        var (lookup, clientKey) = await index.FindAsync(linkId, cancellationToken);

        if (clientKey is null)
        {
            return lookup is LinkLookup.Unknown ? null : new Found(lookup, Link: null, SealedSecrets: null);
        }

        if (_clientKeys.Count >= MostRemembered)
        {
            _clientKeys.Clear();
        }

        _clientKeys[linkId] = clientKey;
        return await ReadAsync(clientKey, linkId, cancellationToken);
    }

    private async Task<Found?> ReadAsync(string clientKey, Guid linkId, CancellationToken cancellationToken)
    {
        if (await RowAsync(clientKey, linkId, cancellationToken) is not { } row)
        {
            return null;
        }

        return LinkRow.Read(row) is { State: not LinkState.Unlinking } link
            ? new Found(LinkLookup.Known, link, row.GetBinary(LinkRow.HookSecrets))
            : new Found(LinkLookup.Unlinked, Link: null, SealedSecrets: null);
    }

    private async Task<IReadOnlyList<HookSecret>?> OpenAsync(Link link, CancellationToken cancellationToken)
    {
        // They came with the row that the link was read from.
        var found = await _links.GetAsync(CacheKey(link.Id), fresh: false, read => ReadAsync(link.Id, read), cancellationToken);
        var sealedSecrets = found?.Link?.ETag == link.ETag ? found?.SealedSecrets : (await RowAsync(link.ClientKey, link.Id, cancellationToken))?.GetBinary(LinkRow.HookSecrets);

        return sealedSecrets is not null ? await OpenAsync(link, sealedSecrets, cancellationToken) : null;
    }

    private async Task<IReadOnlyList<HookSecret>> OpenAsync(Link link, byte[] sealedSecrets, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await sealer.OpenAsync(sealedSecrets, Context(link), cancellationToken), HookSecretJson.Default.IReadOnlyListHookSecret)!;

    private Task<TableEntity?> RowAsync(string clientKey, Guid linkId, CancellationToken cancellationToken) =>
        _table.FindAsync(LinkRow.Partition(clientKey), LinkRow.Row(linkId), cancellationToken);

    private static SealContext Context(Link link) => new(LinkRow.Table, LinkRow.Partition(link.ClientKey), LinkRow.Row(link.Id), LinkRow.HookSecrets);

    private static string CacheKey(Guid linkId) => linkId.ToString("N");

    private sealed record Found(LinkLookup Lookup, Link? Link, byte[]? SealedSecrets);
}

[JsonSerializable(typeof(IReadOnlyList<HookSecret>))]
internal sealed partial class HookSecretJson : JsonSerializerContext;
