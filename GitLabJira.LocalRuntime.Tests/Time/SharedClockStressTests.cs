using System.Collections.Concurrent;
using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Tests.Time;

/// <summary>
/// Processes share a store of due items, look into it, work, put new items for any time, wait inside of work. If the quiet rule holds, each item runs exactly at its time:
/// a jump too early or too far shows as an item that ran late, a jump during work as a clock that differs before and after.
/// </summary>
[TestClass]
public sealed class SharedClockStressTests(TestContext test)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public async Task Every_item_runs_exactly_at_its_time(int seed)
    {
        using var clock = new VirtualClock(Start);
        await using var server = new VirtualClockServer(clock);
        await using var a = await VirtualClockClient.ConnectAsync(server.Address, "a", cancellationToken: test.CancellationToken);
        await using var b = await VirtualClockClient.ConnectAsync(server.Address, "b", cancellationToken: test.CancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);
        var store = new Store(seed);

        var hold = await clock.BeginWorkAsync("set up", test.CancellationToken);
        for (var i = 0; i < 40; i++)
        {
            store.Put(Start, Start.AddMilliseconds(i * 700));
        }

        // Two loops in one process, one in the other, one in the owner's.
        List<Task> loops = [.. new RuntimeClock[] { a, a, b, clock }.Select((c, i) => Detached(() => new Loop(c, store, seed + i, stop.Token).RunAsync()))];
        hold.Dispose();
        await store.Emptied.WaitAsync(TimeSpan.FromSeconds(60), test.CancellationToken);
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Task.WhenAll(loops));
        Assert.IsEmpty(store.Faults, string.Join("; ", store.Faults.Take(5)));
        Assert.IsGreaterThan(200, store.Done);
        test.WriteLine($"{store.Done} items, {clock.Jumps} jumps");
    }

    private static Task Detached(Func<Task> action)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(action);
        }
    }

    private sealed record Item(int Id, DateTimeOffset Due);

    private sealed class Store(int seed)
    {
        private const int Limit = 400;

        private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<Item> _items = [];
        private readonly Random _random = new(seed);
        private int _count;
        private int _open;

        public ConcurrentQueue<string> Faults { get; } = [];

        public Task Emptied => _emptied.Task;

        public int Done { get; private set; }

        public void Put(DateTimeOffset now, DateTimeOffset due)
        {
            lock (_items)
            {
                if (_count < Limit)
                {
                    _open++;
                    _items.Add(new(++_count, due < now ? now : due));
                }
            }
        }

        public (Item? Found, DateTimeOffset? NextDue) Take(DateTimeOffset now)
        {
            lock (_items)
            {
                var first = _items.MinBy(i => i.Due);
                if (first is null || first.Due > now)
                {
                    return (null, first?.Due);
                }

                _items.Remove(first);
                return (first, null);
            }
        }

        public void Finish()
        {
            lock (_items)
            {
                Done++;
                if (--_open == 0)
                {
                    _emptied.TrySetResult();
                }
            }
        }

        public int Next(int below)
        {
            lock (_items)
            {
                return _random.Next(below);
            }
        }
    }

    private sealed class Loop(RuntimeClock clock, Store store, int seed, CancellationToken stop)
    {
        private readonly Random _random = new(seed * 31);

        public async Task RunAsync()
        {
            using var poller = await clock.RegisterPollerAsync("items");
            while (true)
            {
                await LatencyAsync();
                var (found, due) = store.Take(clock.GetUtcNow());
                await LatencyAsync();
                if (found is null)
                {
                    await poller.WaitAsync(due, TimeSpan.Zero, stop);
                    continue;
                }

                _ = WorkAsync(found);
            }
        }

        private async Task WorkAsync(Item item)
        {
            using (await clock.BeginWorkAsync($"item {item.Id}", stop))
            {
                var began = clock.GetUtcNow();
                Check(item, began == item.Due, $"ran at {began - Start}, due at {item.Due - Start}");
                for (var i = store.Next(4); i > 0; i--)
                {
                    await LatencyAsync();
                    store.Put(began, began.AddMilliseconds(store.Next(4) * store.Next(1000)));
                }

                await LatencyAsync();
                Check(item, clock.GetUtcNow() == began, $"began at {began - Start}, now it is {clock.GetUtcNow() - Start}");

                if (store.Next(4) == 0)
                {
                    var delay = TimeSpan.FromMilliseconds(1 + store.Next(500));
                    await Task.Delay(delay, clock, stop);
                    Check(item, clock.GetUtcNow() == began + delay, $"waited {delay} from {began - Start}, now it is {clock.GetUtcNow() - Start}");
                }
            }

            // After the end of the work, so that the last one to finish has really let go.
            store.Finish();
        }

        private void Check(Item item, bool holds, string otherwise)
        {
            if (!holds)
            {
                store.Faults.Enqueue($"item {item.Id}: {otherwise}");
            }
        }

        /// <summary>Looks and work take real time, which a jump must wait for.</summary>
        private async Task LatencyAsync()
        {
            int kind;
            lock (_random)
            {
                kind = _random.Next(4);
            }

            await (kind switch
            {
                0 => Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, stop),
                1 => Task.Run(static () => Thread.SpinWait(2000), stop),
                2 => Task.CompletedTask,
                _ => YieldAsync(),
            });
        }

        private static async Task YieldAsync() => await Task.Yield();
    }
}
