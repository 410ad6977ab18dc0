using System.Security.Cryptography;
using System.Text;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>What an orchestrator sees: each call is numbered, recorded, and answered from the history.</summary>
internal sealed class ReplayContext(InstanceRow instance, string? input, DataConverter converter, ILoggerFactory loggers) : TaskOrchestrationContext
{
    // 16 KB of UTF-16, as the real extension counts: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-custom-orchestration-status.
    private const int MaxCustomStatus = 16 * 1024;

    // The name space of the real package's ids.
    private static readonly byte[] IdSpace = Guid.Parse("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);

    private int _ids;

    public override TaskName Name { get; } = instance.Name;

    public override string InstanceId => instance.Id;

    public override ParentOrchestrationInstance? Parent { get; } =
        instance.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => Now.UtcDateTime;

    public override bool IsReplaying => Replaying;

    protected override ILoggerFactory LoggerFactory => loggers;

    public DateTimeOffset Now { get; set; }

    public bool Replaying { get; set; }

    public List<OrchestratorAction> Actions { get; } = [];

    public ExternalEvents Events { get; } = new();

    /// <summary>Null: never set in this run.</summary>
    public string? CustomStatus { get; private set; }

    public bool CustomStatusTooLong { get; private set; }

    public (string? Input, bool PreserveEvents)? Continuation { get; private set; }

    public override T? GetInput<T>()
        where T : default =>
        converter.Deserialize<T>(input);

    public object? GetInput(Type type) => converter.Deserialize(input, type);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        ThrowIfUnnamed(name);
        var data = converter.Serialize(input);
        return RetryAsync<TResult>(() => AskAsync<TResult>(HistoryKind.TaskScheduled, name, data), options);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        ThrowIfUnnamed(orchestratorName);
        var data = converter.Serialize(input);
        var id = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        return RetryAsync<TResult>(() => AskAsync<TResult>(HistoryKind.SubOrchestrationCreated, orchestratorName, data, id), options);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        var at = new DateTimeOffset(fireAt.ToUniversalTime());
        var completion = new TaskCompletionSource<string?>();
        Actions.Add(new(Actions.Count, HistoryKind.TimerCreated, "timer") { FireAt = at, Completion = completion });
        cancellationToken.Register(() => completion.TrySetCanceled(cancellationToken));
        return completion.Task;
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        converter.Deserialize<T>(await Events.WaitAsync(eventName, cancellationToken))!;

    public override void SendEvent(string instanceId, string eventName, object payload) =>
        Actions.Add(new(Actions.Count, HistoryKind.EventSent, eventName) { InstanceId = instanceId, Input = converter.Serialize(payload) });

    public override void SetCustomStatus(object? customStatus)
    {
        CustomStatus = converter.Serialize(customStatus);
        CustomStatusTooLong = CustomStatus?.Length * sizeof(char) > MaxCustomStatus;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        Continuation = (converter.Serialize(newInput), preserveUnprocessedEvents);

    /// <summary>RFC 9562 version 5 of instance, time and number, as the real package makes them.</summary>
    public override Guid NewGuid()
    {
        var name = Encoding.UTF8.GetBytes($"{InstanceId}_{CurrentUtcDateTime:o}_{_ids++}");
#pragma warning disable CA5350 // a name, not a secret: version 5 is defined over SHA-1
        var hash = SHA1.HashData([.. IdSpace, .. name]).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    private static void ThrowIfUnnamed(TaskName name)
    {
        if (string.IsNullOrEmpty(name.Name))
        {
            throw new ArgumentException("What is called must have a name.", nameof(name));
        }
    }

    private async Task<TResult> AskAsync<TResult>(HistoryKind kind, TaskName name, string? data, string? instanceId = null)
    {
        var completion = new TaskCompletionSource<string?>();
        Actions.Add(new(Actions.Count, kind, name.Name) { Input = data, InstanceId = instanceId, Completion = completion });
        return converter.Deserialize<TResult>(await completion.Task)!;
    }

    private Task<TResult> RetryAsync<TResult>(Func<Task<TResult>> call, TaskOptions? options) => options?.Retry switch
    {
        { Policy: { } policy } => RetryAsync(call, policy),
        { Handler: { } handler } => RetryAsync(call, handler),
        _ => call(),
    };

    private async Task<TResult> RetryAsync<TResult>(Func<Task<TResult>> call, RetryPolicy policy)
    {
        var first = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan delay;
            try
            {
                return await call();
            }
            catch (TaskFailedException e) when (NextDelay(policy, e, attempt, first) is { } next)
            {
                delay = next;
            }

            await CreateTimer(delay, CancellationToken.None);
        }
    }

    private TimeSpan? NextDelay(RetryPolicy policy, TaskFailedException failure, int attempt, DateTime first)
    {
        var inTime = policy.RetryTimeout == Timeout.InfiniteTimeSpan || CurrentUtcDateTime < first + policy.RetryTimeout;
        if (attempt >= policy.MaxNumberOfAttempts || !inTime || !policy.Handle(failure))
        {
            return null;
        }

        var delay = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return delay < policy.MaxRetryInterval.TotalMilliseconds ? TimeSpan.FromMilliseconds(delay) : policy.MaxRetryInterval;
    }

    private async Task<TResult> RetryAsync<TResult>(Func<Task<TResult>> call, AsyncRetryHandler handler)
    {
        var first = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException e)
            {
                var context = new RetryContext(this, attempt, e.FailureDetails, CurrentUtcDateTime - first, CancellationToken.None);
                if (!await handler(context))
                {
                    throw;
                }
            }
        }
    }
}
