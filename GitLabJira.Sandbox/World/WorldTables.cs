using System.Globalization;
using Azure.Data.Tables;

namespace GitLabJira.Sandbox.World;

/// <summary>The histories that durable orchestrations have at a moment.</summary>
public sealed record HistorySize(int Rows, long Bytes);

/// <summary>Looks into the tables of the app and of its host, for what nobody can see from outside.</summary>
public sealed class WorldTables(SandboxWorld world)
{
    private readonly TableServiceClient _service = new(world.Storage.ConnectionString);

    /// <summary>The projects whose initial sync stands so in its row, such as <c>Running</c>.</summary>
    public async Task<IReadOnlyList<long>> ProjectsAsync(string state, CancellationToken cancellationToken)
    {
        var rows = _service.GetTableClient("Projects").QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"State eq {state}"), select: ["RowKey"], cancellationToken: cancellationToken);
        return await rows.Select(row => long.Parse(row.RowKey, CultureInfo.InvariantCulture)).ToListAsync(cancellationToken);
    }

    /// <summary>Histories of all instances together, what past generations left behind included.</summary>
    public async Task<HistorySize> HistoryAsync(CancellationToken cancellationToken)
    {
        var size = new HistorySize(0, 0);

        await foreach (var row in _service.GetTableClient("GitLabJiraInstances").QueryAsync<TableEntity>("RowKey ge 'h!' and RowKey lt 'h~'", cancellationToken: cancellationToken))
        {
            size = new HistorySize(size.Rows + 1, size.Bytes + ((IDictionary<string, object>)row).Values.OfType<byte[]>().Sum(value => value.LongLength));
        }

        return size;
    }
}
