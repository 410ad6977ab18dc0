using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Finds the installation of a link, for webhooks name nothing else. After an unlink a tombstone stays for 30 days, so that late deliveries learn that the hook is not wanted any more.</summary>
public sealed class LinkIndex(AppTables tables, TimeProvider clock)
{
    private const string Row = "link";
    private const string ClientKey = nameof(ClientKey);
    private const string UnlinkedAt = nameof(UnlinkedAt);

    private static readonly TimeSpan TombstoneLife = TimeSpan.FromDays(30);

    private readonly AppTable _table = tables.Get("LinkIndex");

    /// <summary>Makes a link known, unless it is or was known already: a tombstone stays one.</summary>
    public Task AddAsync(Link link, CancellationToken cancellationToken) =>
        _table.TryAddAsync(new TableEntity(Partition(link.Id), Row) { [ClientKey] = link.ClientKey }, cancellationToken);

    public Task BuryAsync(Link link, CancellationToken cancellationToken) =>
        _table.PutAsync(new TableEntity(Partition(link.Id), Row) { [ClientKey] = link.ClientKey, [UnlinkedAt] = clock.GetUtcNow() }, cancellationToken);

    /// <returns>The installation of a live link; null beside <see cref="LinkLookup.Unlinked"/> and <see cref="LinkLookup.Unknown"/>.</returns>
    public async Task<(LinkLookup Lookup, string? ClientKey)> FindAsync(Guid linkId, CancellationToken cancellationToken)
    {
        if (await _table.FindAsync(Partition(linkId), Row, cancellationToken) is not { } row)
        {
            return (LinkLookup.Unknown, null);
        }

        if (row.GetDateTimeOffset(UnlinkedAt) is not { } unlinkedAt)
        {
            return (LinkLookup.Known, row.GetString(ClientKey));
        }

        return (clock.GetUtcNow() - unlinkedAt < TombstoneLife ? LinkLookup.Unlinked : LinkLookup.Unknown, null);
    }

    public async Task DropOldTombstonesAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"UnlinkedAt le {clock.GetUtcNow() - TombstoneLife}");

        await foreach (var row in _table.QueryAsync(filter, ["PartitionKey", "RowKey"], cancellationToken))
        {
            await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        }
    }

    private static string Partition(Guid linkId) => TableKey.Of(linkId.ToString("N"));
}
