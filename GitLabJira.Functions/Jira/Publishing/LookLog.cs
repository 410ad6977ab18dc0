using System.Globalization;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Publishing;

/// <inheritdoc cref="ILookLog"/>
/// <remarks>Rows stand beside the deliveries of the same week and go with them.</remarks>
public sealed class LookLog(AppTables tables, TimeProvider clock) : ILookLog
{
    /// <summary>How far GitLab's read replicas may lag behind.</summary>
    public static readonly TimeSpan ReplicaLag = TimeSpan.FromSeconds(60);

    /// <summary>What is longer ago is not asked for.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(1);

    private const string At = "At";
    private const string Stamp = "Stamp";
    private const string FinishedAt = "FinishedAt";
    private const string BodyAt = "BodyAt";

    public async Task<LookNote> BeginAsync(EntityRef entity, bool isNew, CancellationToken cancellationToken)
    {
        var stamp = Guid.NewGuid().ToString("N");
        var begun = clock.GetUtcNow();

        var (before, _) = await WriteAsync(
            entity,
            isNew,
            row =>
            {
                begun = clock.GetUtcNow();
                (row[At], row[Stamp]) = (begun, stamp);
                return true;
            },
            cancellationToken);

        return new LookNote(entity, stamp, begun, before?.GetDateTimeOffset(At));
    }

    public Task NoteAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        // Who notes need not see who was there before, only be seen: a look that begins meanwhile finds its row changed. What stood in last week's row must come along first.
        return DeliveryTable.Before(tables, now, Horizon) is not null
            ? BeginAsync(entity, isNew: false, cancellationToken)
            : DeliveryTable.Of(tables, now).MergeAsync(new TableEntity(PartitionKey(entity), RowKey(entity)) { [At] = now, [Stamp] = Guid.NewGuid().ToString("N") }, cancellationToken);
    }

    public Task FinishAsync(EntityRef entity, DateTimeOffset begun, CancellationToken cancellationToken)
    {
        var row = new TableEntity(PartitionKey(entity), RowKey(entity)) { [FinishedAt] = begun };

        // Of two that end at once the later may write the earlier time: then somebody looks once too often. What was never begun has no row, and needs none.
        return DeliveryTable.Of(tables, begun).TryMergeAsync(row, ETag.All, cancellationToken);
    }

    public async Task<DateTimeOffset?> LastFinishedAsync(EntityRef entity, CancellationToken cancellationToken) =>
        (await FindAsync(entity, clock.GetUtcNow(), cancellationToken))?.GetDateTimeOffset(FinishedAt);

    public async Task<DateTimeOffset?> LastJudgedAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return (await FindAsync(entity, now, cancellationToken) ?? await FindBeforeAsync(entity, now, cancellationToken))?.GetDateTimeOffset(At);
    }

    public async Task<bool> IsCrowdedAsync(LookNote note, CancellationToken cancellationToken) =>
        note.FollowsClosely
        || (await FindAsync(note.Entity, clock.GetUtcNow(), cancellationToken))?.GetString(Stamp) is { } latest && !string.Equals(latest, note.Stamp, StringComparison.Ordinal);

    public async Task<bool> TryAdvanceBodyAsync(EntityRef entity, DateTimeOffset bodyTime, CancellationToken cancellationToken)
    {
        var (_, written) = await WriteAsync(
            entity,
            isNew: false,
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

        return written;
    }

    /// <summary>Writes by condition, so that of two looks at least one sees the other.</summary>
    /// <returns>The row as it was before, and whether it was changed.</returns>
    private async Task<(TableEntity? Row, bool Written)> WriteAsync(EntityRef entity, bool isNew, Func<TableEntity, bool> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var table = DeliveryTable.Of(tables, now);
            var found = isNew ? null : await table.FindAsync(PartitionKey(entity), RowKey(entity), cancellationToken);
            var before = found ?? await FindBeforeAsync(entity, now, cancellationToken);
            var row = new TableEntity(PartitionKey(entity), RowKey(entity));

            foreach (var column in (string[])[At, Stamp, FinishedAt, BodyAt])
            {
                if (before?.TryGetValue(column, out var value) is true && value is not null)
                {
                    row[column] = value;
                }
            }

            if (!change(row))
            {
                return (before, false);
            }

            var written = found is null
                ? await table.TryAddAsync(row, cancellationToken)
                : await table.TryReplaceAsync(row, found.ETag, cancellationToken);

            if (written is not null)
            {
                return (before, true);
            }

            isNew = false;
        }
    }

    private Task<TableEntity?> FindAsync(EntityRef entity, DateTimeOffset now, CancellationToken cancellationToken) =>
        DeliveryTable.Of(tables, now).FindAsync(PartitionKey(entity), RowKey(entity), cancellationToken);

    private async Task<TableEntity?> FindBeforeAsync(EntityRef entity, DateTimeOffset now, CancellationToken cancellationToken) =>
        DeliveryTable.Before(tables, now, Horizon) is { } before ? await before.FindAsync(PartitionKey(entity), RowKey(entity), cancellationToken) : null;

    private static string PartitionKey(EntityRef entity) => DeliveryTable.PartitionKey(entity.Link.Id);

    // By GitLab's name: Jira's id of a deployment is known only after the look. No delivery's key holds an exclamation mark.
    private static string RowKey(EntityRef entity) =>
        TableKey.Of("look", entity.ProjectId.ToString(CultureInfo.InvariantCulture), entity.Kind.ToString(), entity.Name);
}
