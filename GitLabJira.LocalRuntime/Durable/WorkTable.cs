using System.Text.Json;
using Azure;
using Azure.Data.Tables;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>An activity to run, or a message to an orchestration.</summary>
/// <param name="Execution">Which run of the instance it is for; null: whichever runs.</param>
internal sealed record WorkItem(string Key, string Instance, string? Execution, HistoryEvent Event)
{
    public DateTimeOffset VisibleOn => DurableNames.VisibleOn(Key);

    public string Id => DurableNames.Id(Key);

    public static WorkItem Message(string instance, string? execution, HistoryEvent happened, DateTimeOffset visibleOn) =>
        new(DurableNames.WorkKey(DurableNames.Message, visibleOn, DurableNames.NextSequence(), DurableNames.NewId()), instance, execution, happened);

    public static WorkItem Activity(string instance, string execution, HistoryEvent scheduled, DateTimeOffset visibleOn) =>
        new(DurableNames.WorkKey(DurableNames.Activity, visibleOn, DurableNames.NextSequence(), DurableNames.NewId()), instance, execution, scheduled);

    public static WorkItem Timer(string instance, string execution, int taskId, DateTimeOffset fireAt) =>
        new(DurableNames.TimerKey(fireAt, execution, taskId), instance, execution, new(HistoryKind.TimerFired) { TaskId = taskId, FireAt = fireAt });
}

/// <summary>Who works on an instance; without it (or after its time) anybody may.</summary>
internal sealed record InstanceLock(string Key, ETag ETag, DateTimeOffset Until);

/// <summary>What is to be done in a task hub and when, as rows whose keys begin with their time.</summary>
/// <param name="changed">Called when somebody may find something to do that was not there, or not free, before.</param>
internal sealed class WorkTable(TableClient table, Action changed)
{
    private const int PerTransaction = 100;

    public Task CreateAsync(CancellationToken cancellationToken) => table.CreateIfNotExistsAsync(cancellationToken);

    /// <summary>The first rows of a kind, due or not.</summary>
    public async Task<IReadOnlyList<WorkItem>> FirstAsync(string kind, int count, CancellationToken cancellationToken)
    {
        var (from, to) = ($"{kind}!", $"{kind}\"");
        var query = table.QueryAsync<TableEntity>(
            r => r.PartitionKey == DurableNames.WorkPartition && string.Compare(r.RowKey, from) > 0 && string.Compare(r.RowKey, to) < 0,
            maxPerPage: count, cancellationToken: cancellationToken);
        await foreach (var page in query.AsPages())
        {
            return [.. page.Values.Select(ToItem)];
        }

        return [];
    }

    /// <summary>Inserts what a client asked for.</summary>
    public async Task AddAsync(WorkItem item, CancellationToken cancellationToken)
    {
        await table.AddEntityAsync(ToRow(item), cancellationToken);
        changed();
    }

    /// <summary>Removes a row if it is there.</summary>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        await table.DeleteEntityAsync(DurableNames.WorkPartition, key, ETag.All, cancellationToken);

    /// <summary>Moves all rows to another time in one transaction; null when one of them is not there any more.</summary>
    public async Task<IReadOnlyList<WorkItem>?> MoveAsync(IReadOnlyList<WorkItem> items, DateTimeOffset visibleOn, CancellationToken cancellationToken)
    {
        var moved = items.Select(i => i with { Key = DurableNames.Moved(i.Key, visibleOn) }).ToList();
        var actions = items.Zip(moved).Where(p => !string.Equals(p.First.Key, p.Second.Key, StringComparison.Ordinal)).SelectMany(p => new[] { Deletion(p.First.Key), Addition(p.Second) });
        return await TrySubmitAsync([.. actions], cancellationToken) ? moved : null;
    }

    /// <summary>Ends activities: their rows go, their results come, all in one transaction or none.</summary>
    public async Task<bool> CompleteAsync(IEnumerable<(string Key, WorkItem Result)> completions, CancellationToken cancellationToken)
    {
        var completed = await TrySubmitAsync([.. completions.SelectMany(c => new[] { Deletion(c.Key), Addition(c.Result) })], cancellationToken);
        changed();
        return completed;
    }

    /// <summary>Gives an activity back, to be begun again at once.</summary>
    public async Task ReleaseAsync(WorkItem item, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await MoveAsync([item], now, cancellationToken);
        changed();
    }

    /// <summary>Locks an instance for the messages to it, if all of them are still there: what was read before the lock may be done by now.</summary>
    /// <returns>The lock, or who has it, or neither when something changed at this moment.</returns>
    public async Task<(InstanceLock? Mine, InstanceLock? Theirs)> LockAsync(
        string instance, IReadOnlyList<WorkItem> messages, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var row = new TableEntity(DurableNames.WorkPartition, DurableNames.Lock(instance)) { ["Until"] = until };
        var (etag, held) = await TryLockAsync(new(TableTransactionActionType.Add, row), messages, cancellationToken);
        if (etag is not null || !held)
        {
            return (etag is null ? null : new(row.RowKey, etag.Value, until), null);
        }

        var found = await table.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: cancellationToken);
        if (!found.HasValue)
        {
            return (null, null);
        }

        var theirs = new InstanceLock(row.RowKey, found.Value!.ETag, found.Value.GetDateTimeOffset("Until") ?? now);
        if (theirs.Until > now)
        {
            return (null, theirs);
        }

        // Its process has died, or has been away for so long that it must count as dead.
        (etag, _) = await TryLockAsync(new(TableTransactionActionType.UpdateReplace, row, theirs.ETag), messages, cancellationToken);
        return (etag is null ? null : new(row.RowKey, etag.Value, until), null);
    }

    /// <summary>
    /// What an episode leads to: the messages that it consumed and its lock go, new work comes. Many rows take several transactions; the last removes messages and lock,
    /// so that after a death in between everything is done again.
    /// </summary>
    /// <returns>False when the lock has been lost meanwhile.</returns>
    public async Task<bool> FinishAsync(InstanceLock held, IReadOnlyList<WorkItem> consumed, IReadOnlyList<WorkItem> added, CancellationToken cancellationToken)
    {
        var last = consumed.Select(c => Deletion(c.Key)).ToList();
        last.Add(new(TableTransactionActionType.Delete, new TableEntity(DurableNames.WorkPartition, held.Key) { ETag = held.ETag }, held.ETag));

        var waiting = new Queue<WorkItem>(added);
        while (waiting.Count > PerTransaction - last.Count)
        {
            var batch = new List<TableTransactionAction>();
            while (batch.Count < PerTransaction && waiting.TryDequeue(out var item))
            {
                batch.Add(Insertion(item));
            }

            await table.SubmitTransactionAsync(batch, cancellationToken);
        }

        last.AddRange(waiting.Select(Insertion));
        var finished = await TrySubmitAsync(last, cancellationToken);
        changed();
        return finished;
    }

    public async Task UnlockAsync(InstanceLock held, CancellationToken cancellationToken)
    {
        try
        {
            await table.DeleteEntityAsync(DurableNames.WorkPartition, held.Key, held.ETag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            // Somebody has taken it over.
        }

        changed();
    }

    private static WorkItem ToItem(TableEntity row) => new(
        row.RowKey, row.GetString("Instance"), row.GetString("Execution"), JsonSerializer.Deserialize(Chunks.Read(row), DurableJson.Relaxed.HistoryEvent)!);

    private static TableEntity ToRow(WorkItem item)
    {
        var row = new TableEntity(DurableNames.WorkPartition, item.Key) { ["Instance"] = item.Instance };
        if (item.Execution is not null)
        {
            row["Execution"] = item.Execution;
        }

        Chunks.Write(row, JsonSerializer.SerializeToUtf8Bytes(item.Event, DurableJson.Relaxed.HistoryEvent));
        return row;
    }

    private static TableTransactionAction Deletion(string key) =>
        new(TableTransactionActionType.Delete, new TableEntity(DurableNames.WorkPartition, key) { ETag = ETag.All }, ETag.All);

    private static TableTransactionAction Addition(WorkItem item) => new(TableTransactionActionType.Add, ToRow(item));

    /// <summary>A timer has the same key when it is put again after a death; everything else is new.</summary>
    private static TableTransactionAction Insertion(WorkItem item) => new(TableTransactionActionType.UpsertReplace, ToRow(item));

    private async Task<(ETag? ETag, bool Held)> TryLockAsync(TableTransactionAction take, IReadOnlyList<WorkItem> messages, CancellationToken cancellationToken)
    {
        var present = messages.Select(m => new TableTransactionAction(TableTransactionActionType.UpdateMerge, new TableEntity(DurableNames.WorkPartition, m.Key), ETag.All));
        try
        {
            var answers = await table.SubmitTransactionAsync([take, .. present], cancellationToken);
            return (answers.Value[0].Headers.ETag ?? ETag.All, false);
        }
        catch (TableTransactionFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return (null, e.Status is not 404);
        }
    }

    private async Task<bool> TrySubmitAsync(List<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        if (actions.Count == 0)
        {
            return true;
        }

        try
        {
            await table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (TableTransactionFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }
}
