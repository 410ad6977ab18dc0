using System.Collections.Concurrent;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Takes messages to orchestrations, an instance at a time, and stores what they lead to.</summary>
internal sealed partial class OrchestrationPump(
    TaskHub hub, OrchestratorCatalog functions, ActivityPump activities, FunctionInvoker invoker, DataConverter converter, int maxAtOnce, ILoggerFactory loggers)
{
    private const int PerLook = 128;
    private const int PerLookAtMost = 1000;
    private const int MessagesPerEpisode = 50;

    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger<OrchestrationPump>();
    private readonly InstanceCache _cache = new();
    private readonly ConcurrentDictionary<string, Task> _active = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stop)
    {
        using var poller = await hub.Clock.RegisterPollerAsync($"orchestrations of {hub.Name}", hub.Topic);
        hub.MessagesAdded = poller.Wake;
        var interval = FirstInterval;
        try
        {
            while (true)
            {
                var (found, due) = await LookAsync(poller, stop);
                interval = found ? FirstInterval : interval * 2 < LastInterval ? interval * 2 : LastInterval;
                await poller.WaitAsync(due, interval, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop: episodes are short and are waited for.
        }

        await Task.WhenAll(_active.Values);
    }

    /// <returns>Whether there was something, and when to look again at the latest.</returns>
    private async Task<(bool Found, DateTimeOffset? Due)> LookAsync(ClockPoller poller, CancellationToken stop)
    {
        try
        {
            var look = await LookAsync(poller, PerLook, stop);

            // All that came first may be somebody else's: look behind it.
            return look.Cut && !look.Found ? ToResult(await LookAsync(poller, PerLookAtMost, stop)) : ToResult(look);
        }
        catch (Azure.RequestFailedException e) when (!stop.IsCancellationRequested)
        {
            Log.Unreachable(_logger, hub.Name, e);
            await Task.Delay(AfterFault, TimeProvider.System, stop);
            return (Found: true, hub.Clock.SharedUtcNow);
        }
    }

    private (bool Found, DateTimeOffset? Due) ToResult(Look look) =>
        (look.Found, look.Again || (look.Cut && look.Found) ? hub.Clock.SharedUtcNow : look.Due);

    private async Task<Look> LookAsync(ClockPoller poller, int count, CancellationToken stop)
    {
        var rows = await hub.Work.FirstAsync(DurableNames.Message, count, stop);
        var now = hub.Clock.SharedUtcNow;
        var due = rows.FirstOrDefault(r => r.VisibleOn > now)?.VisibleOn;

        var free = rows.Where(r => r.VisibleOn <= now)
            .GroupBy(r => r.Instance, StringComparer.Ordinal)
            .Where(g => !_active.ContainsKey(g.Key))
            .Take(Math.Max(0, maxAtOnce - _active.Count))
            .Select(g => (Instance: g.Key, Messages: g.Take(MessagesPerEpisode).ToList()))
            .ToList();
        var locks = await Task.WhenAll(free.Select(f => hub.Work.LockAsync(f.Instance, f.Messages, now, now + TaskHub.TakenFor, stop)));

        var (found, again) = (false, false);
        foreach (var ((instance, messages), (mine, theirs)) in free.Zip(locks))
        {
            if (mine is not null)
            {
                Start(instance, mine, messages, poller);
                found = true;
            }
            else if (theirs is not null)
            {
                due = due is null || theirs.Until < due ? theirs.Until : due;
            }
            else
            {
                // It changed hands at this moment.
                again = true;
            }
        }

        return new(found, again, rows.Count == count && due is null, due);
    }

    private void Start(string instance, InstanceLock held, List<WorkItem> messages, ClockPoller poller)
    {
        var ended = new TaskCompletionSource();
        _active[instance] = ended.Task;
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                using var work = await hub.Clock.BeginWorkAsync($"orchestration {instance}", CancellationToken.None);
                try
                {
                    await RunEpisodeAsync(instance, held, messages);
                }
                finally
                {
                    // As a part of the work: once it is over, time may pass before anybody has seen what came for the instance meanwhile.
                    _active.TryRemove(instance, out _);
                    poller.Wake();
                }
            }
            finally
            {
                _active.TryRemove(instance, out _);
                ended.SetResult();
            }
        }
    }

    private async Task RunEpisodeAsync(string instance, InstanceLock held, List<WorkItem> messages)
    {
        try
        {
            for (var i = 0; i < messages.Count; i++)
            {
                messages[i] = messages[i] with { Event = await hub.Payloads.LoadAsync(messages[i].Event, CancellationToken.None) };
            }

            while (!await TryRunAsync(instance, held, messages))
            {
                // Somebody has changed the instance since it was read: once more from its present state.
                _cache.Remove(instance);
            }
        }
        catch (Exception e)
        {
            Log.EpisodeFailed(_logger, instance, e);
            _cache.Remove(instance);
            await Task.Delay(AfterFault, TimeProvider.System);
            await hub.Work.UnlockAsync(held, CancellationToken.None);
        }
    }

    private async Task<bool> TryRunAsync(string instance, InstanceLock held, IReadOnlyList<WorkItem> messages)
    {
        var cached = _cache.Find(instance);
        var state = cached ?? await hub.Instances.LoadAsync(instance, CancellationToken.None);
        var episode = new Episode(state, functions, invoker, converter, loggers, hub.Clock.SharedUtcNow);
        await episode.RunAsync(messages);

        if (episode.Batch is { } batch)
        {
            var row = await StoreAsync(episode.Row!);
            if (await hub.Instances.TryCommitAsync(row, batch, episode.Removed, CancellationToken.None) is not var (committed, stored))
            {
                return false;
            }

            _cache.Keep(new(committed, [.. episode.History, stored], []));
        }
        else if (cached is not null)
        {
            // The messages are for nobody, but no commit has shown that what we remember still holds.
            return false;
        }

        await FinishAsync(episode, held, messages);
        return true;
    }

    private async Task<InstanceRow> StoreAsync(InstanceRow row)
    {
        var (input, inputRef) = await hub.Payloads.StoreAsync(row.Input, CancellationToken.None);
        var (output, outputRef) = await hub.Payloads.StoreAsync(row.Output, CancellationToken.None);
        return row with { Input = input, InputRef = row.InputRef ?? inputRef, Output = output, OutputRef = outputRef };
    }

    private async Task FinishAsync(Episode episode, InstanceLock held, IReadOnlyList<WorkItem> messages)
    {
        var outgoing = new List<WorkItem>();
        foreach (var item in episode.Outgoing)
        {
            outgoing.Add(item with { Event = await hub.Payloads.StoreAsync(item.Event, CancellationToken.None) });
        }

        // What this process has room for is its own from the start; the rest is for whoever comes first.
        using var room = activities.Reserve(outgoing.Count(IsActivity));
        var until = hub.Clock.SharedUtcNow + TaskHub.TakenFor;
        var mine = new List<WorkItem>();
        for (var i = 0; i < outgoing.Count && mine.Count < room.Count; i++)
        {
            if (IsActivity(outgoing[i]))
            {
                outgoing[i] = outgoing[i] with { Key = DurableNames.Moved(outgoing[i].Key, until) };
                mine.Add(outgoing[i]);
            }
        }

        if (!await hub.Work.FinishAsync(held, messages, outgoing, CancellationToken.None))
        {
            // Whoever has the lock now sends all of it again.
            Log.LockLost(_logger, messages[0].Instance);
            return;
        }

        room.Start(mine);
        if (outgoing.Count(IsActivity) > mine.Count)
        {
            hub.ActivitiesAdded();
        }

        foreach (var timer in episode.DeadTimers)
        {
            await hub.Work.DeleteAsync(timer, CancellationToken.None);
        }

        await hub.Payloads.DeleteAsync(episode.References, CancellationToken.None);
    }

    private static bool IsActivity(WorkItem item) => item.Event.Kind is HistoryKind.TaskScheduled;

    /// <param name="Again">Look again at once.</param>
    /// <param name="Cut">There may be more that is due behind it.</param>
    private readonly record struct Look(bool Found, bool Again, bool Cut, DateTimeOffset? Due);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The task hub {Hub} does not answer.")]
        public static partial void Unreachable(ILogger logger, string hub, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "An episode of the orchestration {Instance} could not be stored; it is done again.")]
        public static partial void EpisodeFailed(ILogger logger, string instance, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "Another process has taken over the orchestration {Instance} meanwhile.")]
        public static partial void LockLost(ILogger logger, string instance);
    }
}
