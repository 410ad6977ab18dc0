using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Trail;

/// <inheritdoc cref="ITrail"/>
public sealed partial class TrailStore(AppTables tables, TimeProvider clock, ILogger<TrailStore> logger) : ITrail
{
    /// <summary>More than any turn of work has; beyond it storage has been failing for a while.</summary>
    private const int MostNotes = 50_000;

    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<(TrailNote Note, DateTimeOffset At, string Order)> _notes = new();

    // Two processes may note the same entity at the same time.
    private readonly string _process = RandomNumberGenerator.GetHexString(6, lowercase: true);
    private long _count;

    public void Add(TrailNote note)
    {
        Count(note);

        if (_notes.Count >= MostNotes)
        {
            Log.Full(logger, note.Subject.LinkId, MostNotes);
            return;
        }

        var at = clock.GetUtcNow();
        var number = Interlocked.Increment(ref _count) % 1_000_000;
        _notes.Enqueue((note, at, string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds():D13}-{number:D6}-{_process}")));
    }

    public async Task WriteAsync()
    {
        var rows = new Dictionary<(DateOnly Day, string PartitionKey, string RowKey), TableEntity>();

        while (_notes.TryDequeue(out var noted))
        {
            var day = DateOnly.FromDateTime(noted.At.UtcDateTime);

            foreach (var row in TrailTable.KeyRows(noted.Note).Append(TrailTable.Row(noted.Note, noted.At, noted.Order)))
            {
                // One row once in a transaction.
                rows[(day, row.PartitionKey, row.RowKey)] = row;
            }

            if (LinkPulse.Row(noted.Note, noted.At) is { } pulse)
            {
                var key = (day, pulse.PartitionKey, pulse.RowKey);
                rows[key] = rows.TryGetValue(key, out var earlier) ? LinkPulse.Later(earlier, pulse) : pulse;
            }
        }

        if (rows.Count == 0)
        {
            return;
        }

        using var late = new CancellationTokenSource(LongestWrite, clock);

        foreach (var link in rows.GroupBy(row => (row.Key.Day, row.Key.PartitionKey), row => row.Value))
        {
            try
            {
                await tables.Get(TrailTable.Name, link.Key.Day).SubmitAllAsync(link.Select(row => new TableTransactionAction(LinkPulse.Is(row) ? TableTransactionActionType.UpsertMerge : TableTransactionActionType.UpsertReplace, row)), late.Token);
            }
            catch (Exception failure)
            {
                // The work itself is done and safe; it must not be done again for want of a note about it.
                Log.Lost(logger, failure, link.Count(), link.Key.PartitionKey);
            }
        }
    }

    // Whoever works on an entity says here what became of it, so here it is counted.
    private static void Count(TrailNote note)
    {
        var kind = note.Subject.Kind?.ToString() ?? "link";
        AppMetrics.Ended(kind, note.Event.ToString());

        if (note.Sight is not TrailSight.None)
        {
            AppMetrics.Read(kind, note.Sight.ToString());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Rows} rows of the trail of link {LinkId} could not be written.")]
        public static partial void Lost(ILogger logger, Exception failure, int rows, string linkId);

        [LoggerMessage(2, LogLevel.Warning, "A note about link {LinkId} is left out: {Most} wait already.")]
        public static partial void Full(ILogger logger, Guid linkId, int most);
    }
}
