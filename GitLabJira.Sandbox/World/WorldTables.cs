using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace GitLabJira.Sandbox.World;

/// <summary>The histories that durable orchestrations have at a moment.</summary>
public sealed record HistorySize(int Rows, long Bytes);

/// <summary>How far the initial syncs of all links are together.</summary>
/// <param name="Running">Runs that have not ended.</param>
public sealed record SyncCount(int Projects, int Done, int Running);

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

    public async Task<SyncCount> SyncsAsync(CancellationToken cancellationToken)
    {
        var count = new SyncCount(0, 0, 0);

        try
        {
            await foreach (var row in _service.GetTableClient("SyncRuns").QueryAsync<TableEntity>("State ne 'Stopped'", cancellationToken: cancellationToken))
            {
                count = new SyncCount(
                    count.Projects + (row.GetInt32("ProjectsTotal") ?? 0), count.Done + (row.GetInt32("ProjectsDone") ?? 0), count.Running + (row.GetString("State") is "Completed" or "Failed" ? 0 : 1));
            }
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // The app makes the table with the first run.
        }

        return count;
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
