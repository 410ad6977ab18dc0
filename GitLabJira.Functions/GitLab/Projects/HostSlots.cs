using System.Globalization;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>Lets at most eight links of one GitLab host synchronise at a time (design 6.7): eight rows of <c>Budgets</c>, each held by one run for a while.</summary>
public sealed class HostSlots(AppTables tables, TimeProvider clock)
{
    private const int Slots = 8;
    private const string Holder = "Holder";
    private const string Until = "Until";

    /// <summary>Longer than a wave takes, so that a run renews in time; a run that died gives its slot up after it.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(20);

    private AppTable Table => tables.Get("Budgets");

    /// <summary>Takes a slot for <paramref name="holder"/>, or renews the one it has.</summary>
    /// <returns>False when all are taken.</returns>
    public async Task<bool> TryHoldAsync(Uri host, string holder, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var rows = await ReadAsync(host, cancellationToken);

        // Its own first: one run must not hold two.
        foreach (var row in rows.Where(row => IsOf(row, holder)).Concat(rows.Where(row => !IsOf(row, holder) && (row.GetDateTimeOffset(Until) ?? default) <= now)))
        {
            var mine = new TableEntity(row.PartitionKey, row.RowKey) { [Holder] = holder, [Until] = now + Lease };

            var written = row.ETag == default
                ? await Table.TryAddAsync(mine, cancellationToken)
                : await Table.TryReplaceAsync(mine, row.ETag, cancellationToken);

            if (written is not null)
            {
                return true;
            }
        }

        return false;
    }

    public async Task ReleaseAsync(Uri host, string holder, CancellationToken cancellationToken)
    {
        foreach (var row in (await ReadAsync(host, cancellationToken)).Where(row => IsOf(row, holder)))
        {
            await Table.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        }
    }

    /// <summary>All eight, those without a row too.</summary>
    private async Task<List<TableEntity>> ReadAsync(Uri host, CancellationToken cancellationToken)
    {
        var partitionKey = TableKey.Of("sync", host.AbsoluteUri.TrimEnd('/'));
        var slots = Enumerable.Range(0, Slots).Select(slot => slot.ToString(CultureInfo.InvariantCulture)).ToDictionary(key => key, key => new TableEntity(partitionKey, key), StringComparer.Ordinal);

        await foreach (var row in Table.ListAsync(partitionKey, cancellationToken))
        {
            slots[row.RowKey] = row;
        }

        return [.. slots.Values];
    }

    private static bool IsOf(TableEntity row, string holder) => string.Equals(row.GetString(Holder), holder, StringComparison.Ordinal);
}
