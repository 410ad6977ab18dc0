using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Trail;

/// <param name="EventAt">When GitLab last told something that was worked on.</param>
/// <param name="DeliveryAt">When Jira last took something.</param>
public sealed record Pulse(DateTimeOffset? EventAt, DateTimeOffset? DeliveryAt);

/// <summary>When something last came in for a link, and when something last went out: one row a day beside the link's trail, written in the transaction that writes the trail anyway. Two processes may put it back by moments.</summary>
public sealed class LinkPulse(AppTables tables, TimeProvider clock)
{
    private const string RowKey = "pulse";

    private readonly RowCache<Pulse> _known = new(clock);

    /// <returns>Of the days that the trail is kept; half a minute old at most.</returns>
    public async Task<Pulse> FindAsync(Guid linkId, CancellationToken cancellationToken) =>
        (await _known.GetAsync(linkId.ToString("N"), fresh: false, async token => (Pulse?)await ReadAsync(linkId, token), cancellationToken))!;

    internal static bool Is(TableEntity row) => string.Equals(row.RowKey, RowKey, StringComparison.Ordinal);

    /// <returns>Null for a note of neither.</returns>
    internal static TableEntity? Row(TrailNote note, DateTimeOffset at)
    {
        var row = new TableEntity(TrailTable.PartitionKey(note.Subject.LinkId), RowKey);

        if (note is { DeliveryId: not null, ReceivedAt: { } received })
        {
            row[nameof(Pulse.EventAt)] = received;
        }

        if (note.Event is TrailEvent.Sent)
        {
            row[nameof(Pulse.DeliveryAt)] = at;
        }

        return row.ContainsKey(nameof(Pulse.EventAt)) || row.ContainsKey(nameof(Pulse.DeliveryAt)) ? row : null;
    }

    /// <summary>Both rows in one.</summary>
    internal static TableEntity Later(TableEntity one, TableEntity other)
    {
        foreach (var column in (string[])[nameof(Pulse.EventAt), nameof(Pulse.DeliveryAt)])
        {
            if (other.GetDateTimeOffset(column) is { } time && !(one.GetDateTimeOffset(column) >= time))
            {
                one[column] = time;
            }
        }

        return one;
    }

    private async Task<Pulse> ReadAsync(Guid linkId, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var found = new Pulse(EventAt: null, DeliveryAt: null);

        for (var day = 0; day < TrailTable.KeptFor.Days && (found.EventAt is null || found.DeliveryAt is null); day++)
        {
            if (await tables.Get(TrailTable.Name, today.AddDays(-day)).FindAsync(TrailTable.PartitionKey(linkId), RowKey, cancellationToken) is { } row)
            {
                found = new Pulse(found.EventAt ?? row.GetDateTimeOffset(nameof(Pulse.EventAt)), found.DeliveryAt ?? row.GetDateTimeOffset(nameof(Pulse.DeliveryAt)));
            }
        }

        return found;
    }
}
