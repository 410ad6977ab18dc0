using System.Globalization;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Publishing;

/// <inheritdoc cref="ILookLog"/>
/// <remarks>A row for each entity and week. Which events it answered stands there too, since the row is read and written anyway; two looks that end at once may forget one of the two, which is then looked at once more if GitLab sends it again.</remarks>
public sealed class LookLog(AppTables tables, GroupCommit writes, TimeProvider clock) : ILookLog
{
    /// <summary>How far GitLab's read replicas may lag behind.</summary>
    public static readonly TimeSpan ReplicaLag = TimeSpan.FromSeconds(60);

    private const string At = "At";
    private const string Stamp = "Stamp";
    private const string FinishedAt = "FinishedAt";
    private const string BodyAt = "BodyAt";
    private const string Deliveries = "Deliveries";

    public async Task<KnownLooks> ReadAsync(EntityRef entity, CancellationToken cancellationToken) => await ReadRowAsync(entity, cancellationToken);

    // In the first minute of a week this is none of its tables, and the rows are read all the same.
    public KnownLooks PresumeNone(EntityRef entity) => new Known(entity, LookTable.Of(tables, clock.GetUtcNow() - ReplicaLag), Row: null, Standing: null);

    public async Task<LookNote> BeginAsync(EntityRef entity, KnownLooks? known, CancellationToken cancellationToken)
    {
        var stamp = Guid.NewGuid().ToString("N");
        var begun = clock.GetUtcNow();

        var (before, etag) = await WriteAsync(
            entity,
            known as Known,
            row =>
            {
                begun = clock.GetUtcNow();
                (row[At], row[Stamp]) = (begun, stamp);
                return true;
            },
            cancellationToken);

        return new LookNote(entity, stamp, begun, before.Standing?.GetDateTimeOffset(At)) { Deliveries = before.Deliveries, ETag = etag };
    }

    public Task NoteAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        // Who notes need not see who was there before, only be seen: a look that begins meanwhile finds its row changed. What stood in last week's row must come along first.
        return LookTable.Before(tables, now) is not null
            ? BeginAsync(entity, known: null, cancellationToken)
            : writes.TryWriteAsync(
                LookTable.Of(tables, now),
                [new TableTransactionAction(TableTransactionActionType.UpsertMerge, new TableEntity(PartitionKey(entity), RowKey(entity)) { [At] = now, [Stamp] = Guid.NewGuid().ToString("N") })],
                cancellationToken);
    }

    public async Task<bool> TryEndAsync(IReadOnlyCollection<LookNote> looks, LookEnd? end, CancellationToken cancellationToken)
    {
        var table = LookTable.Of(tables, clock.GetUtcNow());

        // Looks of the week before may be crowded by one in this week's table.
        if (looks.Any(look => look is { FollowsClosely: true } or { ETag: null } || LookTable.Of(tables, look.Begun) != table))
        {
            return false;
        }

        // Whoever looked or judged since has written the row.
        var own = end is null ? null : looks.FirstOrDefault(look => look.Entity == end.Entity);
        var rows = looks.Select(look =>
            new TableTransactionAction(TableTransactionActionType.UpdateMerge, look == own ? Row(end!) : new TableEntity(PartitionKey(look.Entity), RowKey(look.Entity)), look.ETag!.Value)).ToList();

        if (end is not null && own is null)
        {
            rows.Add(Merge(end));
        }

        // Of two looks at one entity the first is crowded by the second.
        return rows.Count == 0
            || (rows.Count <= TableLimits.TransactionRows
                && rows.DistinctBy(row => row.Entity.RowKey, StringComparer.Ordinal).Count() == rows.Count
                && await writes.TryWriteAsync(table, rows, cancellationToken) is not null);
    }

    public Task EndAsync(LookEnd end, CancellationToken cancellationToken) => writes.TryWriteAsync(LookTable.Of(tables, clock.GetUtcNow()), [Merge(end)], cancellationToken);

    public async Task<DateTimeOffset?> LastJudgedAsync(EntityRef entity, CancellationToken cancellationToken) =>
        (await ReadRowAsync(entity, cancellationToken)).Standing?.GetDateTimeOffset(At);

    public async Task<bool> IsCrowdedAsync(LookNote note, CancellationToken cancellationToken) =>
        note.FollowsClosely
        || (await FindAsync(note.Entity, clock.GetUtcNow(), cancellationToken))?.GetString(Stamp) is { } latest && !string.Equals(latest, note.Stamp, StringComparison.Ordinal);

    public async Task<bool> TryAdvanceBodyAsync(EntityRef entity, DateTimeOffset bodyTime, CancellationToken cancellationToken)
    {
        var (_, etag) = await WriteAsync(
            entity,
            known: null,
            row =>
            {
                if (row.GetDateTimeOffset(BodyAt) > bodyTime)
                {
                    return false;
                }

                row[BodyAt] = bodyTime;
                return true;
            },
            cancellationToken);

        return etag is not null;
    }

    /// <summary>Writes by condition, so that of two looks at least one sees the other.</summary>
    /// <param name="known">What the row was like a moment ago.</param>
    /// <returns>The row as it was before, and its ETag if it was changed.</returns>
    private async Task<(Known Before, ETag? ETag)> WriteAsync(EntityRef entity, Known? known, Func<TableEntity, bool> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = known is not null && IsOf(known, entity) ? known : await ReadRowAsync(entity, cancellationToken);
            var row = new TableEntity(PartitionKey(entity), RowKey(entity));

            foreach (var column in (string[])[At, Stamp, FinishedAt, BodyAt, Deliveries])
            {
                if (before.Standing?.TryGetValue(column, out var value) is true && value is not null)
                {
                    row[column] = value;
                }
            }

            if (!change(row))
            {
                return (before, null);
            }

            var action = before.Row is { } found
                ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, found.ETag)
                : new TableTransactionAction(TableTransactionActionType.Add, row);

            if (await writes.TryWriteAsync(before.Table, [action], cancellationToken) is [var etag])
            {
                return (before, etag);
            }

            known = null;
        }
    }

    private bool IsOf(Known known, EntityRef entity) =>
        known.Table == LookTable.Of(tables, clock.GetUtcNow()) && known.Entity.Link.Id == entity.Link.Id && string.Equals(RowKey(known.Entity), RowKey(entity), StringComparison.Ordinal);

    private async Task<Known> ReadRowAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var row = await FindAsync(entity, now, cancellationToken);
        var earlier = row is null && LookTable.Before(tables, now) is { } before ? await before.FindAsync(PartitionKey(entity), RowKey(entity), cancellationToken) : null;

        return new Known(entity, LookTable.Of(tables, now), row, row ?? earlier);
    }

    private Task<TableEntity?> FindAsync(EntityRef entity, DateTimeOffset now, CancellationToken cancellationToken) =>
        LookTable.Of(tables, now).FindAsync(PartitionKey(entity), RowKey(entity), cancellationToken);

    // A row of the week before is left alone: what stands in this week's must be all that is known.
    private static TableTransactionAction Merge(LookEnd end) => new(TableTransactionActionType.UpdateMerge, Row(end), ETag.All);

    private static TableEntity Row(LookEnd end)
    {
        var row = new TableEntity(PartitionKey(end.Entity), RowKey(end.Entity));

        if (end.Begun is { } begun)
        {
            // Of two that end at once the later may write the earlier time: then somebody looks once too often.
            row[FinishedAt] = begun;
        }

        if (end.Deliveries.Count > 0)
        {
            row[Deliveries] = string.Join(' ', end.Deliveries);
        }

        return row;
    }

    private static string PartitionKey(EntityRef entity) => LookTable.PartitionKey(entity.Link.Id);

    // By GitLab's name: Jira's id of a deployment is known only after the look.
    private static string RowKey(EntityRef entity) =>
        TableKey.Of(entity.ProjectId.ToString(CultureInfo.InvariantCulture), entity.Kind.ToString(), entity.Name);

    /// <param name="Table">This week's.</param>
    /// <param name="Row">What stands there.</param>
    /// <param name="Standing">The same, or what stands in last week's.</param>
    private sealed record Known(EntityRef Entity, AppTable Table, TableEntity? Row, TableEntity? Standing)
        : KnownLooks(Entity, Standing?.GetDateTimeOffset(LookLog.FinishedAt), Standing?.GetString(LookLog.Deliveries)?.Split(' ') ?? []);
}
