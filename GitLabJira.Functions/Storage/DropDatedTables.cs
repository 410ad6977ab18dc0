using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Storage;

/// <summary>Drops the tables whose time is over, once a day.</summary>
public sealed partial class DropDatedTables(AppTables tables, IEnumerable<DatedTable> dated, TimeProvider clock, ILogger<DropDatedTables> logger)
{
    [Function(nameof(DropDatedTables))]
    public async Task RunAsync([TimerTrigger("0 17 3 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        foreach (var table in dated)
        {
            var day = DateOnly.FromDateTime((clock.GetUtcNow() - table.KeptFor).UtcDateTime);
            var dropped = await tables.DropBeforeAsync(table.Name, day, cancellationToken);
            Log.Dropped(logger, dropped, table.Name, day);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Dropped {Count} tables {Name} from before {Day}.")]
        public static partial void Dropped(ILogger logger, int count, string name, DateOnly day);
    }
}
