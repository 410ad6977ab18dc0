using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Budgets;

/// <summary>Leases parts of budgets to processes by ETag, so that all of them together stay within the limit. What a process leased and did not use is lost at the end of the window.</summary>
public sealed class BudgetStore(AppTables tables)
{
    private const string RowKey = "window";

    /// <summary>Writers that meet in one row so often in a row are told to come back.</summary>
    private const int Tries = 8;

    /// <summary>The longest window is an hour.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(3);

    private readonly AppTable _table = tables.Get(BudgetRow.Table);

    public async Task<BudgetRow> ReadAsync(string scope, CancellationToken cancellationToken) =>
        BudgetRow.From(await _table.FindAsync(TableKey.Of(scope), RowKey, cancellationToken));

    /// <param name="known">What the caller saw last; a row nobody else wrote since costs one transaction.</param>
    /// <returns>The row as it is now, and how much of it is the caller's: 0 when nothing is left for the priority, or while the scope is held.</returns>
    public async Task<(BudgetRow Row, int Granted)> LeaseAsync(
        string scope, BudgetRule rule, DateTimeOffset now, WorkPriority priority, int wanted, BudgetRow known, CancellationToken cancellationToken)
    {
        var window = rule.WindowOf(now);

        for (var tries = 0; tries < Tries; tries++)
        {
            var row = known.In(window);
            var granted = row.HeldUntil > now ? 0 : Math.Clamp(rule.Room(priority, row.Used, row.UsedByRepair), 0, wanted);

            if (granted == 0 && tries > 0)
            {
                return (row, 0);
            }

            if (granted > 0)
            {
                var taken = row with { Used = row.Used + granted, UsedByRepair = row.UsedByRepair + (priority is WorkPriority.Repair ? granted : 0) };
                var entity = taken.ToEntity(TableKey.Of(scope), RowKey);
                var etag = known.ETag is { } seen ? await _table.TryReplaceAsync(entity, seen, cancellationToken) : await _table.TryAddAsync(entity, cancellationToken);

                if (etag is not null)
                {
                    return (taken with { ETag = etag }, granted);
                }
            }

            known = await ReadAsync(scope, cancellationToken);
        }

        return (known, 0);
    }

    /// <summary>Removes budgets that nobody asked of for a while: their scopes name users and sites, who may be gone.</summary>
    public async Task DropOldAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var old = now - Kept;

        await foreach (var row in _table.QueryAsync(TableClient.CreateQueryFilter($"Window lt {old}"), columns: null, cancellationToken))
        {
            if (!(BudgetRow.From(row).HeldUntil > now))
            {
                await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
            }
        }
    }

    /// <summary>Everybody waits. A wait that ends later stays.</summary>
    public async Task<BudgetRow> HoldAsync(string scope, DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await ReadAsync(scope, cancellationToken);

            if (row.HeldUntil >= until)
            {
                return row;
            }

            var held = row with { HeldUntil = until };
            var entity = held.ToEntity(TableKey.Of(scope), RowKey);
            var etag = row.ETag is { } seen ? await _table.TryReplaceAsync(entity, seen, cancellationToken) : await _table.TryAddAsync(entity, cancellationToken);

            if (etag is not null)
            {
                return held with { ETag = etag };
            }
        }
    }
}
