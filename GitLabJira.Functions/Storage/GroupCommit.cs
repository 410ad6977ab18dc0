using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Hosting;

namespace GitLabJira.Functions.Storage;

/// <summary>What invocations of this process write to one partition at the same time goes in one transaction. A single one goes at once and by itself, so nobody waits for company.</summary>
public sealed class GroupCommit
{
    private readonly Gatherings<(string Table, string Partition), Write> _gatherings = new(clock: null);

    /// <summary>Writes rows of one partition, all or none.</summary>
    /// <returns>The new ETag of each row, in order; null when one of the conditions did not hold (see <see cref="AppTable"/> about lost answers).</returns>
    public async Task<IReadOnlyList<ETag>?> TryWriteAsync(AppTable table, IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        var write = new Write(actions);

        await _gatherings.JoinAsync((table.Name, actions[0].Entity.PartitionKey), write, (together, stop) => WriteAsync(table, together, stop), cancellationToken);
        return write.ETags;
    }

    private static async Task WriteAsync(AppTable table, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        foreach (var together in Pack(writes))
        {
            var etags = await table.TryWriteAsync([.. together.SelectMany(write => write.Actions)], cancellationToken);
            var done = 0;

            foreach (var write in together)
            {
                // The condition of one of them does not hold: the others must not fail with it.
                write.ETags = etags is not null ? [.. etags.Skip(done).Take(write.Actions.Count)]
                    : together.Count > 1 ? await table.TryWriteAsync(write.Actions, cancellationToken)
                    : null;
                done += write.Actions.Count;
            }
        }
    }

    /// <summary>As many together as a transaction holds, which names each row once.</summary>
    private static IEnumerable<IReadOnlyList<Write>> Pack(IReadOnlyList<Write> writes)
    {
        var together = new List<Write>();
        var rows = new HashSet<string>(StringComparer.Ordinal);

        foreach (var write in writes)
        {
            var own = write.Actions.Select(action => action.Entity.RowKey).ToList();
            var isFull = !TableLimits.IsOneTransaction(together.Append(write).SelectMany(other => other.Actions)) || own.Exists(rows.Contains);

            if (isFull && together.Count > 0)
            {
                yield return together;
                together = [];
                rows.Clear();
            }

            together.Add(write);
            rows.UnionWith(own);
        }

        if (together.Count > 0)
        {
            yield return together;
        }
    }

    private sealed record Write(IReadOnlyList<TableTransactionAction> Actions)
    {
        public IReadOnlyList<ETag>? ETags { get; set; }
    }
}
