using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>The client of a task hub in table storage.</summary>
internal sealed class LocalDurableTaskClient(TaskHub hub, DataConverter converter) : DurableTaskClient(hub.Name)
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastInterval = TimeSpan.FromSeconds(1);

    private readonly Lazy<Task> _created = new(() => hub.CreateAsync(CancellationToken.None));

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        if (string.IsNullOrEmpty(orchestratorName.Name))
        {
            throw new ArgumentException("An orchestration must have a name.", nameof(orchestratorName));
        }

        var id = string.IsNullOrEmpty(options?.InstanceId) ? DurableNames.NewId() : options.InstanceId;
        if (id.Length > DurableNames.MaxInstanceId || id.StartsWith('@'))
        {
            throw new ArgumentException($"An instance id has at most {DurableNames.MaxInstanceId} characters and does not begin with '@'.", nameof(options));
        }

        await _created.Value;
        var existing = await hub.Instances.FindAsync(id, cancellation);
        if (existing is not null && Conflicts(existing, options?.DedupeStatuses))
        {
            throw new OrchestrationAlreadyExistsException(id);
        }

        await StartAsync(id, orchestratorName, input, options, existing, cancellation);
        return id;
    }

    public override async Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        await SendAsync(instanceId, new(HistoryKind.EventRaised) { Name = eventName, Data = converter.Serialize(eventPayload) }, cancellation);
    }

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new(HistoryKind.Terminated) { Data = converter.Serialize(options?.Output), Recursive = options?.Recursive }, cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new(HistoryKind.Suspended) { Data = reason }, cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new(HistoryKind.Resumed) { Data = reason }, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, row => row.Status is not OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, row => row.IsOver, getInputsAndOutputs, cancellation);

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        await _created.Value;
        return await hub.Instances.FindAsync(instanceId, cancellation) is { } row ? await ToMetadataAsync(row, getInputsAndOutputs, cancellation) : null;
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => new Pages(this, filter ?? new());

    public override async Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        await _created.Value;
        return new(await hub.Instances.PurgeAsync(instanceId, cancellation) ? 1 : 0);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await _created.Value;
        var count = 0;
        await foreach (var row in hub.Instances.Query(new(filter.CreatedFrom, filter.CreatedTo, filter.Statuses)).WithCancellation(cancellation))
        {
            count += await hub.Instances.PurgeAsync(InstanceTable.ToInstance(row).Id, cancellation) ? 1 : 0;
        }

        return new(count, isComplete: true);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool Conflicts(InstanceRow existing, IReadOnlyList<string>? dedupe) =>
        !existing.IsOver || (dedupe?.Contains(existing.Status.ToString(), StringComparer.OrdinalIgnoreCase) ?? false);

    private async Task StartAsync(
        string id, TaskName name, object? input, StartOrchestrationOptions? options, InstanceRow? existing, CancellationToken cancellation)
    {
        var now = hub.Clock.SharedUtcNow;
        var started = await hub.Payloads.StoreAsync(
            new HistoryEvent(HistoryKind.ExecutionStarted)
            {
                At = now,
                Name = name.Name,
                Data = converter.Serialize(input),
                Tags = options?.Tags is { Count: > 0 } tags ? tags : null,
            },
            cancellation);

        // The message first: a death in between leaves an instance that starts, not one that never does.
        var message = WorkItem.Message(id, DurableNames.NewId(), started, options?.StartAt > now ? options.StartAt.Value : now);
        await hub.Work.AddAsync(message, cancellation);

        var row = new InstanceRow(id, name.Name, message.Execution!, OrchestrationRuntimeStatus.Pending, now, now)
        {
            Input = started.Data,
            InputRef = started.DataRef,
            Tags = started.Tags,
            ETag = existing?.ETag ?? default,
        };

        if (!await hub.Instances.TryStartAsync(row, cancellation)
            && !string.Equals((await hub.Instances.FindAsync(id, cancellation))?.Execution, message.Execution, StringComparison.Ordinal))
        {
            await hub.Work.DeleteAsync(message.Key, cancellation);
            throw new OrchestrationAlreadyExistsException(id);
        }

        hub.MessagesAdded();
    }

    private async Task SendAsync(string instance, HistoryEvent happened, CancellationToken cancellation)
    {
        await _created.Value;
        var row = await hub.Instances.FindAsync(instance, cancellation) ?? throw new DurableClientException(DurableClientError.NotFound, instance);
        if (row.IsOver)
        {
            throw new DurableClientException(DurableClientError.FailedPrecondition, instance);
        }

        await hub.SendAsync(instance, execution: null, happened, visibleOn: null, cancellation);
    }

    private async Task<OrchestrationMetadata> WaitAsync(string instance, Func<InstanceRow, bool> condition, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        await _created.Value;
        for (var interval = FirstInterval; ; interval = interval * 2 < LastInterval ? interval * 2 : LastInterval)
        {
            var row = await hub.Instances.FindAsync(instance, cancellation) ?? throw new DurableClientException(DurableClientError.NotFound, instance);
            if (condition(row))
            {
                return await ToMetadataAsync(row, getInputsAndOutputs, cancellation);
            }

            await hub.Clock.DelayAsync(interval, ct: cancellation);
        }
    }

    private async Task<OrchestrationMetadata> ToMetadataAsync(InstanceRow row, bool getInputsAndOutputs, CancellationToken cancellation) => new(row.Name, row.Id)
    {
        RuntimeStatus = row.Status,
        CreatedAt = row.CreatedAt,
        LastUpdatedAt = row.UpdatedAt,
        Tags = row.Tags ?? ImmutableDictionary<string, string>.Empty,
        DataConverter = getInputsAndOutputs ? converter : null,
        SerializedInput = getInputsAndOutputs ? await hub.Payloads.LoadAsync(row.Input, row.InputRef, cancellation) : null,
        SerializedOutput = getInputsAndOutputs ? await hub.Payloads.LoadAsync(row.Output, row.OutputRef, cancellation) : null,
        SerializedCustomStatus = getInputsAndOutputs ? row.CustomStatus : null,
    };

    private sealed class Pages(LocalDurableTaskClient client, OrchestrationQuery query) : AsyncPageable<OrchestrationMetadata>
    {
        public override IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
            ReadAsync(continuationToken ?? query.ContinuationToken, pageSizeHint ?? query.PageSize);

        private async IAsyncEnumerable<Page<OrchestrationMetadata>> ReadAsync(
            string? continuation, int size, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            await client._created.Value;
            await foreach (var page in client.Hub.Instances.Query(query with { PageSize = size }).AsPages(continuation).WithCancellation(cancellation))
            {
                var values = new List<OrchestrationMetadata>();
                foreach (var row in page.Values)
                {
                    values.Add(await client.ToMetadataAsync(InstanceTable.ToInstance(row), query.FetchInputsAndOutputs, cancellation));
                }

                yield return new(values, page.ContinuationToken);
            }
        }
    }

    private TaskHub Hub => hub;
}
