using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Tests.Time;

[TestClass]
public sealed class VirtualClockTests(TestContext test) : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly VirtualClock _clock = new(Start);

    [TestMethod]
    public async Task Hours_pass_at_once_when_nothing_runs()
    {
        await Task.Delay(TimeSpan.FromHours(5), _clock, test.CancellationToken);

        Assert.AreEqual(Start.AddHours(5), _clock.GetUtcNow());
        Assert.AreEqual(1, _clock.Jumps);
    }

    [TestMethod]
    public async Task Stands_still_while_work_is_open()
    {
        var delay = Task.CompletedTask;
        using (await _clock.BeginWorkAsync("work", test.CancellationToken))
        {
            delay = Detached(() => Task.Delay(TimeSpan.FromSeconds(1), _clock, test.CancellationToken));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, test.CancellationToken);

            Assert.AreEqual(Start, _clock.GetUtcNow());
            Assert.IsFalse(delay.IsCompleted);
        }

        await delay;

        Assert.AreEqual(Start.AddSeconds(1), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task Lets_time_pass_for_a_delay_inside_of_work()
    {
        using (await _clock.BeginWorkAsync("outer", test.CancellationToken))
        {
            using (await _clock.BeginWorkAsync("inner", test.CancellationToken))
            {
                await Task.Delay(TimeSpan.FromMinutes(3), _clock, test.CancellationToken);
            }

            await _clock.DelayAsync(TimeSpan.FromMinutes(4), ct: test.CancellationToken);
        }

        Assert.AreEqual(Start.AddMinutes(7), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task Does_not_move_while_another_branch_of_the_same_work_runs_inner_work()
    {
        using var work = await _clock.BeginWorkAsync("outer", test.CancellationToken);
        var branch = Task.Delay(TimeSpan.FromHours(1), _clock, test.CancellationToken);

        using (await _clock.BeginWorkAsync("inner", test.CancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, test.CancellationToken);
            Assert.AreEqual(Start, _clock.GetUtcNow());
        }

        await branch;
        Assert.AreEqual(Start.AddHours(1), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task A_timeout_fires_only_when_its_time_has_come()
    {
        using var work = await _clock.BeginWorkAsync("work", test.CancellationToken);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10), _clock);
        using var early = new CancellationTokenSource(TimeSpan.FromSeconds(3), _clock);

        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, test.CancellationToken);
        var before = (late.IsCancellationRequested, early.IsCancellationRequested);
        await Task.Delay(TimeSpan.FromSeconds(5), _clock, late.Token);
        var between = (late.IsCancellationRequested, early.IsCancellationRequested);

        Assert.AreEqual((false, false), before);
        Assert.AreEqual((false, true), between);
        await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => Task.Delay(TimeSpan.FromHours(1), _clock, late.Token));
        Assert.AreEqual(Start.AddSeconds(10), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task A_cancelled_delay_lets_work_run_again()
    {
        using var stop = new CancellationTokenSource();
        using var work = await _clock.BeginWorkAsync("work", test.CancellationToken);
        using var other = _clock.CreateTimer(_ => stop.Cancel(), state: null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => Task.Delay(TimeSpan.FromHours(1), _clock, stop.Token));
        _ = Detached(() => Task.Delay(TimeSpan.FromHours(2), _clock));
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, test.CancellationToken);

        Assert.AreEqual(Start.AddSeconds(1), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task Fires_timers_in_order_of_their_time_and_then_of_their_creation()
    {
        var fired = new List<(string Name, DateTimeOffset At)>();
        var done = new TaskCompletionSource();
        var timers = new List<ITimer>();
        using (await _clock.BeginWorkAsync("set up", test.CancellationToken))
        {
            Add("c", 3);
            Add("a", 1);
            Add("b", 2);
            Add("b2", 2);
            timers.Add(_clock.CreateTimer(_ => done.SetResult(), state: null, TimeSpan.FromSeconds(4), Timeout.InfiniteTimeSpan));
        }

        await done.Task.WaitAsync(test.CancellationToken);

        Assert.AreSequenceEqual(
            new (string, DateTimeOffset)[] { ("a", Start.AddSeconds(1)), ("b", Start.AddSeconds(2)), ("b2", Start.AddSeconds(2)), ("c", Start.AddSeconds(3)) },
            fired);
        timers.ForEach(t => t.Dispose());

        void Add(string name, int seconds) => timers.Add(_clock.CreateTimer(
            _ => fired.Add((name, _clock.GetUtcNow())), state: null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan));
    }

    [TestMethod]
    public async Task A_periodic_timer_ticks_at_each_of_its_times()
    {
        var ticks = new List<DateTimeOffset>();
        using var work = await _clock.BeginWorkAsync("hold", test.CancellationToken);
        using var timer = _clock.CreateTimer(_ => ticks.Add(_clock.GetUtcNow()), state: null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));

        await _clock.DelayAsync(TimeSpan.FromMinutes(6), ct: test.CancellationToken);

        Assert.AreSequenceEqual(new[] { Start.AddMinutes(1), Start.AddMinutes(3), Start.AddMinutes(5) }, ticks);
    }

    [TestMethod]
    public async Task Waits_for_a_poller_that_looks()
    {
        using var poller = await _clock.RegisterPollerAsync("poller");
        var delay = Task.Delay(TimeSpan.FromSeconds(1), _clock, test.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, test.CancellationToken);
        var whileLooking = delay.IsCompleted;

        var waiting = AfterFirstLookAsync(poller);
        await delay;

        Assert.IsFalse(whileLooking);
        poller.Wake();
        await waiting;
    }

    [TestMethod]
    public async Task A_poller_looks_again_when_work_has_ended()
    {
        using var poller = await _clock.RegisterPollerAsync("poller");
        var waiting = AfterFirstLookAsync(poller);
        var before = waiting.IsCompleted;

        (await _clock.BeginWorkAsync("work", test.CancellationToken)).Dispose();
        await waiting;

        Assert.IsFalse(before);
        Assert.AreEqual(Start, _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task Says_what_holds_the_time()
    {
        using var work = await _clock.BeginWorkAsync("the sync of a project", test.CancellationToken);

        StringAssert.Contains(_clock.Describe(), "the sync of a project", StringComparison.Ordinal);
    }

    public void Dispose() => _clock.Dispose();

    /// <summary>Outside of the work that the test is in.</summary>
    private static Task Detached(Func<Task> action)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(action);
        }
    }

    /// <summary>The first wait returns at once: the loop must look after it has been registered.</summary>
    private async Task AfterFirstLookAsync(ClockPoller poller)
    {
        await poller.WaitAsync(due: null, TimeSpan.Zero, test.CancellationToken);
        await poller.WaitAsync(due: null, TimeSpan.Zero, test.CancellationToken);
    }
}
