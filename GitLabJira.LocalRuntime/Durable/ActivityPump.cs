using System.Collections.Concurrent;
using System.Security.Cryptography;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Runs activities, so many at once, and sends their results to the orchestrations that wait for them.</summary>
internal sealed partial class ActivityPump(TaskHub hub, OrchestratorCatalog functions, FunctionInvoker invoker, DataConverter converter, int maxAtOnce, ILogger<ActivityPump> logger)
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Task, byte> _running = [];
    private readonly ActivityCompletions _completions = new(hub.Work);
    private readonly Lock _gate = new();
    private CancellationToken _abort;
    private bool _contended;
    private bool _stopped;
    private int _taken;
    private Action _roomAgain = () => { };

    /// <param name="stop">No more activities are begun.</param>
    /// <param name="abort">What runs is told to end.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        _abort = abort;
        using var poller = await hub.Clock.RegisterPollerAsync($"activities of {hub.Name}", hub.Topic);
        hub.ActivitiesAdded = poller.Wake;
        _roomAgain = poller.Wake;
        var interval = FirstInterval;
        try
        {
            while (true)
            {
                var (found, due) = await LookAsync(stop);
                interval = found ? FirstInterval : interval * 2 < LastInterval ? interval * 2 : LastInterval;
                await poller.WaitAsync(due, interval, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop: what runs is waited for below.
        }

        lock (_gate)
        {
            _stopped = true;
        }

        await Task.WhenAll(_running.Keys);
    }

    /// <summary>Room for up to so many activities; what is not started gives it back.</summary>
    public Room Reserve(int count)
    {
        lock (_gate)
        {
            var granted = _stopped ? 0 : Math.Clamp(maxAtOnce - _taken, 0, count);
            _taken += granted;
            return new(this, granted);
        }
    }

    private void Release(int count)
    {
        lock (_gate)
        {
            _taken -= count;
        }

        _roomAgain();
    }

    private async Task<(bool Found, DateTimeOffset? Due)> LookAsync(CancellationToken stop)
    {
        using var room = Reserve(maxAtOnce);
        if (room.Count == 0)
        {
            return default;
        }

        try
        {
            var rows = await hub.Work.FirstAsync(DurableNames.Activity, (2 * room.Count) + 1, stop);
            var now = hub.Clock.SharedUtcNow;
            var due = rows.Where(r => r.VisibleOn <= now).ToList();
            var next = rows.FirstOrDefault(r => r.VisibleOn > now)?.VisibleOn;
            if (due.Count == 0)
            {
                return (Found: false, next);
            }

            // More than there is room for is also looked at by others: not all from the same end.
            var chosen = due.GetRange(RandomNumberGenerator.GetInt32(Math.Max(1, due.Count - room.Count + 1)), Math.Min(due.Count, room.Count));
            var taken = await TakeAsync(chosen, now + TaskHub.TakenFor, stop);
            room.Start(taken);
            return (Found: true, taken.Count < chosen.Count ? now : next);
        }
        catch (Azure.RequestFailedException e) when (!stop.IsCancellationRequested)
        {
            Log.Unreachable(logger, hub.Name, e);
            await Task.Delay(AfterFault, TimeProvider.System, stop);
            return (Found: true, hub.Clock.SharedUtcNow);
        }
    }

    private async Task<IReadOnlyList<WorkItem>> TakeAsync(List<WorkItem> due, DateTimeOffset until, CancellationToken stop)
    {
        if (!_contended && due.Count <= 50)
        {
            // All or nothing: when another process was faster with one of them, the next look chooses from what is left.
            var all = await hub.Work.MoveAsync(due, until, stop);
            _contended = all is null;
            return all ?? [];
        }

        _contended = false;
        var taken = new List<WorkItem>();
        foreach (var item in due)
        {
            taken.AddRange(await hub.Work.MoveAsync([item], until, stop) ?? []);
        }

        return taken;
    }

    private void Start(WorkItem item)
    {
        // Not as part of the episode that asked for it: it goes on when that has ended.
        var task = Detached.Run(() => RunAsync(item));
        _running.TryAdd(task, 0);
        _ = task.ContinueWith(ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(WorkItem item)
    {
        try
        {
            using var work = await hub.Clock.BeginWorkAsync($"activity {item.Event.Name} of {item.Instance}", CancellationToken.None);
            try
            {
                await RunKeptAsync(item);
            }
            finally
            {
                // As a part of the work: once it is over, time may pass before anybody has seen that there is room.
                Release(1);
            }
        }
        catch (Exception e)
        {
            Log.ResultLost(logger, item.Event.Name!, item.Instance, e);
        }
    }

    private async Task RunKeptAsync(WorkItem item)
    {
        await using var kept = new KeptActivity(hub, item);

        if (await InvokeAsync(item) is { } result)
        {
            await StoreAsync(item, await kept.StopAsync(), result);
        }
        else
        {
            // This process stops: the next one begins it again at once.
            await hub.Work.ReleaseAsync(await kept.StopAsync(), hub.Clock.SharedUtcNow, CancellationToken.None);
        }
    }

    private async Task StoreAsync(WorkItem item, WorkItem last, HistoryEvent result)
    {
        var stored = await hub.Payloads.StoreAsync(result with { TaskId = item.Event.TaskId }, CancellationToken.None);
        var message = WorkItem.Message(item.Instance, item.Execution, stored, hub.Clock.SharedUtcNow);
        if (!await _completions.CompleteAsync(last.Key, message))
        {
            Log.TakenOver(logger, item.Event.Name!, item.Instance);
            return;
        }

        hub.MessagesAdded();
        if (item.Event.DataRef is { } reference)
        {
            await hub.Payloads.DeleteAsync([reference], CancellationToken.None);
        }
    }

    /// <returns>Null when it was told to end because the process stops.</returns>
    private async Task<HistoryEvent?> InvokeAsync(WorkItem item)
    {
        var name = item.Event.Name!;
        if (functions.FindActivity(name) is not { } function)
        {
            return Failed(new("Microsoft.Azure.WebJobs.Host.FunctionNotFoundException", $"There is no activity function of the name '{name}'.", Stack: null, Inner: null));
        }

        try
        {
            var input = (await hub.Payloads.LoadAsync(item.Event, CancellationToken.None)).Data;
            var output = await invoker.InvokeAsync(ToCall(function, item, input), _abort);
            return new(HistoryKind.TaskCompleted) { Data = converter.Serialize(output) };
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            Log.Failed(logger, name, item.Instance, e);
            return Failed(FailureRecord.From(e));
        }
    }

    private FunctionCall ToCall(FunctionDescriptor function, WorkItem item, string? input)
    {
        return new(function, converter.Deserialize(input, function.TriggerParameter.ParameterType))
        {
            BindingData = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = item.Instance },
        };
    }

    private static HistoryEvent Failed(FailureRecord failure) => new(HistoryKind.TaskFailed) { Failure = failure };

    /// <summary>Places for activities of this process.</summary>
    public sealed class Room(ActivityPump pump, int count) : IDisposable
    {
        private int _left = count;

        public int Count { get; } = count;

        public void Start(IReadOnlyList<WorkItem> items)
        {
            _left -= items.Count;
            foreach (var item in items)
            {
                pump.Start(item);
            }
        }

        public void Dispose()
        {
            if (_left > 0)
            {
                lock (pump._gate)
                {
                    pump._taken -= _left;
                }

                _left = 0;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The task hub {Hub} does not answer.")]
        public static partial void Unreachable(ILogger logger, string hub, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "The activity {Activity} of {Instance} failed.")]
        public static partial void Failed(ILogger logger, string activity, string instance, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "The result of the activity {Activity} of {Instance} could not be stored; it will run again.")]
        public static partial void ResultLost(ILogger logger, string activity, string instance, Exception exception);

        [LoggerMessage(4, LogLevel.Warning, "The activity {Activity} of {Instance} took too long and was begun by another process; this result is dropped.")]
        public static partial void TakenOver(ILogger logger, string activity, string instance);
    }
}
