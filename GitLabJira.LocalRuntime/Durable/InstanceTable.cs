using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>An instance as others see it. Its row fences the history: every append replaces the row that was read, or fails.</summary>
/// <param name="Execution">Names the present run; results meant for another one are dropped.</param>
internal sealed record InstanceRow(
    string Id, string Name, string Execution, OrchestrationRuntimeStatus Status, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>How many rows the history of this run has.</summary>
    public int Batches { get; init; }

    public string? Input { get; init; }

    public string? InputRef { get; init; }

    public string? Output { get; init; }

    public string? OutputRef { get; init; }

    public string? CustomStatus { get; init; }

    public ParentLink? Parent { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public ETag ETag { get; init; }

    public bool IsOver => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled;
}

/// <summary>An instance with the history of its present run, large payloads loaded.</summary>
/// <param name="Leftovers">Keys of history rows of runs that are over.</param>
internal sealed record InstanceState(InstanceRow Row, IReadOnlyList<HistoryBatch> History, IReadOnlyList<string> Leftovers);

/// <summary>Instances and their histories, a partition each.</summary>
internal sealed class InstanceTable(TableClient table, PayloadTable payloads)
{
    private const string RowKey = "i";
    private const int PerTransaction = 100;

    // A row holds 896 KiB in chunks and a transaction 4 MiB of base64.
    private const int PerHistoryRow = 512 * 1024;
    private const int PerCommit = 2 * 1024 * 1024;

    public Task CreateAsync(CancellationToken cancellationToken) => table.CreateIfNotExistsAsync(cancellationToken);

    public async Task<InstanceRow?> FindAsync(string instance, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(DurableNames.Escape(instance), RowKey, cancellationToken: cancellationToken);
        return found.HasValue ? ToInstance(found.Value!) : null;
    }

    public async Task<InstanceState?> LoadAsync(string instance, CancellationToken cancellationToken)
    {
        var partition = DurableNames.Escape(instance);
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(r => r.PartitionKey == partition, cancellationToken: cancellationToken))
        {
            rows.Add(row);
        }

        if (rows.Find(r => string.Equals(r.RowKey, RowKey, StringComparison.Ordinal)) is not { } head)
        {
            return null;
        }

        var found = ToInstance(head);
        var prefix = $"h!{found.Execution}!";
        var present = rows.Where(r => r.RowKey.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var leftovers = rows.Except(present).Where(r => r != head).Select(r => r.RowKey).ToList();

        var history = new List<HistoryBatch>();
        foreach (var row in present)
        {
            var batch = await ReadAsync(row, cancellationToken);
            if (batch.Events is [{ Kind: HistoryKind.OrchestratorStarted }, ..])
            {
                history.Add(batch);
            }
            else
            {
                // The rest of an episode that did not fit one row.
                history[^1] = history[^1] with { Events = [.. history[^1].Events, .. batch.Events] };
            }
        }

        return new(found, history, leftovers);
    }

    /// <summary>Creates the row of a new run, or puts it in the place of one that is over (its <see cref="InstanceRow.ETag"/>). False: somebody was faster.</summary>
    public Task<bool> TryStartAsync(InstanceRow row, CancellationToken cancellationToken) => TrySubmitAsync([Head(row)], cancellationToken);

    /// <summary>Appends an episode and replaces the instance's row in one transaction. Null: the row is not what it was when it was read.</summary>
    /// <param name="removed">Keys of history rows that the new run does not need.</param>
    public async Task<(InstanceRow Row, HistoryBatch Batch)?> TryCommitAsync(InstanceRow row, HistoryBatch batch, IReadOnlyList<string> removed, CancellationToken cancellationToken)
    {
        var partition = DurableNames.Escape(row.Id);
        var stored = batch with { Events = await StoreAsync(batch.Events, cancellationToken) };
        var rows = Write(partition, row, stored);
        var next = row with { Batches = row.Batches + rows.Count };

        List<TableTransactionAction> actions = [Head(next), .. rows.Select(r => new TableTransactionAction(TableTransactionActionType.UpsertReplace, r))];
        var now = removed.Take(PerTransaction - actions.Count).ToList();
        actions.AddRange(now.Select(k => Deletion(partition, k)));

        if (await SubmitAsync(actions, cancellationToken) is not { } etag)
        {
            return null;
        }

        await RemoveAsync(partition, [.. removed.Skip(now.Count)], cancellationToken);
        return (next with { ETag = etag }, stored);
    }

    public AsyncPageable<TableEntity> Query(OrchestrationQuery query)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey eq {RowKey}");
        if (query.CreatedFrom is { } from)
        {
            filter += " and " + TableClient.CreateQueryFilter($"CreatedAt ge {from}");
        }

        if (query.CreatedTo is { } to)
        {
            filter += " and " + TableClient.CreateQueryFilter($"CreatedAt le {to}");
        }

        if (query.InstanceIdPrefix is { Length: > 0 } prefix)
        {
            var first = DurableNames.Escape(prefix);
            filter += " and " + TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {first + "\uffff"}");
        }

        if (query.Statuses?.Select(s => s.ToString()).ToList() is { Count: > 0 } statuses)
        {
            filter += $" and ({string.Join(" or ", statuses.Select(s => TableClient.CreateQueryFilter($"Status eq {s}")))})";
        }

        return table.QueryAsync<TableEntity>(filter, Math.Clamp(query.PageSize, 1, 1000));
    }

    /// <summary>Removes an instance that is over, with all that belongs to it.</summary>
    public async Task<bool> PurgeAsync(string instance, CancellationToken cancellationToken)
    {
        if (await LoadAsync(instance, cancellationToken) is not { Row.IsOver: true } state)
        {
            return false;
        }

        var partition = DurableNames.Escape(instance);
        try
        {
            // The row first and by its tag: who starts the instance anew meanwhile keeps it.
            await table.DeleteEntityAsync(partition, RowKey, state.Row.ETag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return false;
        }

        await RemoveAsync(partition, [.. Keys(state.Row), .. state.Leftovers], cancellationToken);
        await payloads.DeleteAsync(References(state), cancellationToken);
        return true;
    }

    public static IEnumerable<string> Keys(InstanceRow row) => Enumerable.Range(0, row.Batches).Select(i => DurableNames.History(row.Execution, i));

    public static IEnumerable<string> References(InstanceState state) =>
        new[] { state.Row.InputRef, state.Row.OutputRef }
            .Concat(state.History.SelectMany(b => b.Events).Select(e => e.DataRef))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);

    public static InstanceRow ToInstance(TableEntity row) => new(
        row.GetString("InstanceId"),
        row.GetString("Name"),
        row.GetString("Execution"),
        Enum.Parse<OrchestrationRuntimeStatus>(row.GetString("Status")),
        row.GetDateTimeOffset("CreatedAt") ?? default,
        row.GetDateTimeOffset("UpdatedAt") ?? default)
    {
        Batches = row.GetInt32("Batches") ?? 0,
        Input = row.GetString("Input"),
        InputRef = row.GetString("InputRef"),
        Output = row.GetString("Output"),
        OutputRef = row.GetString("OutputRef"),
        CustomStatus = row.GetString("CustomStatus"),
        Parent = row.GetString("Parent") is { } parent ? JsonSerializer.Deserialize(parent, DurableJson.Relaxed.ParentLink) : null,
        Tags = row.GetString("Tags") is { } tags ? JsonSerializer.Deserialize(tags, DurableJson.Relaxed.IReadOnlyDictionaryStringString) : null,
        ETag = row.ETag,
    };

    private static TableTransactionAction Head(InstanceRow row)
    {
        var entity = new TableEntity(DurableNames.Escape(row.Id), RowKey)
        {
            ["InstanceId"] = row.Id,
            ["Name"] = row.Name,
            ["Execution"] = row.Execution,
            ["Status"] = row.Status.ToString(),
            ["CreatedAt"] = row.CreatedAt,
            ["UpdatedAt"] = row.UpdatedAt,
            ["Batches"] = row.Batches,
        };
        foreach (var (name, value) in new[]
        {
            ("Input", row.Input), ("InputRef", row.InputRef), ("Output", row.Output), ("OutputRef", row.OutputRef), ("CustomStatus", row.CustomStatus),
            ("Parent", row.Parent is { } parent ? JsonSerializer.Serialize(parent, DurableJson.Relaxed.ParentLink) : null),
            ("Tags", row.Tags is { Count: > 0 } tags ? JsonSerializer.Serialize(tags, DurableJson.Relaxed.IReadOnlyDictionaryStringString) : null),
        })
        {
            if (value is not null)
            {
                entity[name] = value;
            }
        }

        return row.ETag == default
            ? new(TableTransactionActionType.Add, entity)
            : new(TableTransactionActionType.UpdateReplace, entity, row.ETag);
    }

    private static TableTransactionAction Deletion(string partition, string key) =>
        new(TableTransactionActionType.Delete, new TableEntity(partition, key) { ETag = ETag.All }, ETag.All);

    /// <summary>One row normally; more when the events are many. Only the first names the consumed messages.</summary>
    private static List<TableEntity> Write(string partition, InstanceRow row, HistoryBatch batch)
    {
        // A large payload stands elsewhere; here it is only kept in memory beside its reference.
        var stored = batch.Events.Select(e => e.DataRef is null ? e : e with { Data = null }).ToList();
        var rows = new List<TableEntity>();
        var (from, size, total) = (0, 0, 0);
        for (var i = 0; i <= stored.Count; i++)
        {
            var next = i < stored.Count ? JsonSerializer.SerializeToUtf8Bytes(stored[i], DurableJson.Relaxed.HistoryEvent).Length : PerHistoryRow;
            if (size > 0 && size + next > PerHistoryRow)
            {
                var part = new HistoryBatch(rows.Count == 0 ? batch.Consumed : [], stored[from..i]);
                var entity = new TableEntity(partition, DurableNames.History(row.Execution, row.Batches + rows.Count));
                Chunks.Write(entity, JsonSerializer.SerializeToUtf8Bytes(part, DurableJson.Relaxed.HistoryBatch));
                rows.Add(entity);
                (from, size) = (i, 0);
            }

            size += next;
            total += next;
        }

        return total - PerHistoryRow <= PerCommit
            ? rows
            : throw new InvalidOperationException("One episode of the orchestration has more events than fit a transaction of table storage.");
    }

    private async Task<IReadOnlyList<HistoryEvent>> StoreAsync(IReadOnlyList<HistoryEvent> events, CancellationToken cancellationToken)
    {
        var stored = new List<HistoryEvent>(events.Count);
        foreach (var happened in events)
        {
            stored.Add(happened with { DataRef = (await payloads.StoreAsync(happened, cancellationToken)).DataRef });
        }

        return stored;
    }

    private async Task<HistoryBatch> ReadAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var batch = JsonSerializer.Deserialize(Chunks.Read(row), DurableJson.Relaxed.HistoryBatch)!;
        var events = new List<HistoryEvent>(batch.Events.Count);
        foreach (var happened in batch.Events)
        {
            events.Add(await payloads.LoadAsync(happened, cancellationToken));
        }

        return batch with { Events = events };
    }

    private async Task RemoveAsync(string partition, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunk(PerTransaction))
        {
            if (!await TrySubmitAsync([.. some.Select(k => Deletion(partition, k))], cancellationToken))
            {
                // Some of them are gone already: one by one.
                foreach (var key in some)
                {
                    await table.DeleteEntityAsync(partition, key, ETag.All, cancellationToken);
                }
            }
        }
    }

    private async Task<bool> TrySubmitAsync(List<TableTransactionAction> actions, CancellationToken cancellationToken) =>
        await SubmitAsync(actions, cancellationToken) is not null;

    /// <returns>The tag of the first row, or null when a condition did not hold.</returns>
    private async Task<ETag?> SubmitAsync(List<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            var answers = await table.SubmitTransactionAsync(actions, cancellationToken);
            return answers.Value[0].Headers.ETag ?? ETag.All;
        }
        catch (TableTransactionFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return null;
        }
    }
}
