using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Tests.Hosting;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.LocalRuntime.Timers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Tests.Timers;

[TestClass]
public sealed class TimerTriggersTests(TestContext test) : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 1, 0, TimeSpan.Zero);

    private readonly VirtualClock _clock = new(Start);
    private readonly MemoryTimerRows _rows = new();
    private readonly TimerProbe _probe = new();

    public void Dispose() => _clock.Dispose();

    [TestMethod]
    public async Task Runs_at_each_occurrence()
    {
        await PassAsync(TimeSpan.FromHours(1), typeof(QuarterHourly));

        CollectionAssert.AreEqual(new[] { At(0, 15), At(0, 30), At(0, 45), At(1, 0) }, Times());
        Assert.IsTrue(_probe.Runs.All(r => !r.Timer.IsPastDue && r.RetryCount == 0));
    }

    [TestMethod]
    public async Task Tells_the_function_its_schedule_status()
    {
        await PassAsync(TimeSpan.FromMinutes(31), typeof(QuarterHourly));

        var (first, second) = (_probe.Runs.First().Timer.ScheduleStatus!, _probe.Runs.Last().Timer.ScheduleStatus!);
        Assert.AreEqual(default, first.Last);
        Assert.AreEqual(At(0, 15).UtcDateTime, first.Next);
        Assert.AreEqual(At(0, 15).UtcDateTime, second.Last);
        Assert.AreEqual(At(0, 30).UtcDateTime, second.Next);
        Assert.AreEqual(DateTimeKind.Utc, second.Next.Kind);
    }

    [TestMethod]
    public async Task Gives_the_same_as_text_to_a_function_that_takes_text()
    {
        await PassAsync(TimeSpan.FromHours(1), typeof(AsText));

        Assert.AreEqual(At(1, 0).UtcDateTime, _probe.Runs.Single().Timer.ScheduleStatus!.Next);
    }

    [TestMethod]
    public async Task Takes_the_schedule_from_a_setting()
    {
        await PassAsync(TimeSpan.FromDays(2), typeof(ByName));

        CollectionAssert.AreEqual(new[] { At(3, 0), At(3, 0).AddDays(1) }, Times());
    }

    [TestMethod]
    public async Task Runs_once_for_all_processes_of_one_storage()
    {
        using var work = await _clock.BeginWorkAsync("test");
        await using var one = await StartAsync(typeof(QuarterHourly));
        await using var other = await StartAsync(typeof(QuarterHourly));

        await _clock.DelayAsync(TimeSpan.FromHours(6));

        Assert.HasCount(24, Times());
        Assert.HasCount(24, Times().Distinct().ToList());
    }

    [TestMethod]
    public async Task Never_runs_twice_at_a_time_however_long_it_takes()
    {
        _probe.Body = cancellation => _clock.DelayAsync(TimeSpan.FromMinutes(20), ct: cancellation);
        using var work = await _clock.BeginWorkAsync("test");
        await using var one = await StartAsync(typeof(QuarterHourly));
        await using var other = await StartAsync(typeof(QuarterHourly));

        await _clock.DelayAsync(TimeSpan.FromHours(2));

        Assert.AreEqual(1, _probe.MostAtOnce);
        // An occurrence that passes during a run is made up for once, right after it.
        CollectionAssert.AreEqual(new[] { At(0, 15), At(0, 35), At(0, 55) }, Times().Take(3).ToList());
        Assert.HasCount(6, Times());
    }

    [TestMethod]
    public async Task Makes_up_for_what_was_missed_while_no_process_ran()
    {
        _rows[nameof(QuarterHourly)] = new() { Last = At(-5, 0), Next = At(-5, 15), Updated = At(-5, 0) };

        await PassAsync(TimeSpan.FromMinutes(1), typeof(QuarterHourly));

        var run = _probe.Runs.Single();
        Assert.AreEqual(Start, run.At);
        Assert.IsTrue(run.Timer.IsPastDue);
        Assert.AreEqual(At(-5, 15).UtcDateTime, run.Timer.ScheduleStatus!.Next);
        Assert.AreEqual(At(0, 15), _rows[nameof(QuarterHourly)]!.Next);
    }

    [TestMethod]
    public async Task Makes_up_for_nothing_when_it_is_not_monitored()
    {
        _rows[nameof(Unmonitored)] = new() { Last = At(-5, 0), Next = At(-4, 0), Updated = At(-5, 0) };

        await PassAsync(TimeSpan.FromHours(1), typeof(Unmonitored));

        var run = _probe.Runs.Single();
        Assert.AreEqual(At(1, 0), run.At);
        Assert.IsNull(run.Timer.ScheduleStatus);
    }

    [TestMethod]
    public async Task Makes_up_for_nothing_when_the_schedule_has_changed()
    {
        _rows[nameof(QuarterHourly)] = new() { Last = At(-5, 0), Next = At(-4, 0), Updated = At(-5, 0) };

        await PassAsync(TimeSpan.FromMinutes(20), typeof(QuarterHourly));

        CollectionAssert.AreEqual(new[] { At(0, 15) }, Times());
        Assert.AreEqual(At(-5, 0).UtcDateTime, _probe.Runs.Single().Timer.ScheduleStatus!.Last);
    }

    [TestMethod]
    public async Task Does_not_monitor_a_schedule_below_a_minute()
    {
        await PassAsync(TimeSpan.FromSeconds(5), typeof(EverySecond));

        Assert.IsGreaterThanOrEqualTo(4, _probe.Runs.Count);
        Assert.IsTrue(_probe.Runs.All(r => r.Timer.ScheduleStatus is null));
    }

    [TestMethod]
    public async Task Runs_on_startup_when_told_and_then_by_its_schedule()
    {
        await PassAsync(TimeSpan.FromHours(1), typeof(AtStartup));

        CollectionAssert.AreEqual(new[] { Start, At(1, 0) }, Times());
        Assert.IsFalse(_probe.Runs.First().Timer.IsPastDue);
    }

    [TestMethod]
    public async Task Runs_not_on_startup_what_another_process_runs()
    {
        _rows[nameof(AtStartup)] = new() { Next = At(1, 0), Updated = Start, TakenUntil = Start.AddSeconds(30) };

        await PassAsync(TimeSpan.FromMinutes(5), typeof(AtStartup));

        Assert.IsEmpty(_probe.Runs);
    }

    [TestMethod]
    public async Task Takes_over_when_the_lease_of_a_dead_process_ends()
    {
        _rows[nameof(QuarterHourly)] = new() { Last = At(-1, 45), Next = At(0, 0), Updated = At(-1, 45), Begun = At(0, 0), TakenUntil = Start.AddSeconds(40) };

        await PassAsync(TimeSpan.FromMinutes(2), typeof(QuarterHourly));

        var run = _probe.Runs.Single();
        Assert.AreEqual(Start.AddSeconds(40), run.At);
        Assert.IsTrue(run.Timer.IsPastDue);
    }

    [TestMethod]
    public async Task Leaves_what_a_dead_process_began_when_it_is_not_monitored()
    {
        _rows[nameof(Unmonitored)] = new() { Next = At(1, 0), Updated = Start, Begun = At(1, 0), TakenUntil = At(1, 0).AddSeconds(30) };

        await PassAsync(TimeSpan.FromHours(2), typeof(Unmonitored));

        CollectionAssert.AreEqual(new[] { At(2, 0) }, Times());
    }

    [TestMethod]
    public async Task Retries_after_a_fixed_delay()
    {
        _probe.Body = _ => throw new TimeoutException();

        await PassAsync(TimeSpan.FromHours(1.5), typeof(FixedRetry));

        CollectionAssert.AreEqual(new[] { At(1, 0), At(1, 0).AddSeconds(10), At(1, 0).AddSeconds(20) }, Times());
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, _probe.Runs.Select(r => r.RetryCount).ToList());
        Assert.IsTrue(_probe.Runs.All(r => r.MaxRetryCount == 2));
    }

    [TestMethod]
    public async Task Retries_after_growing_delays_up_to_the_longest()
    {
        _probe.Body = _ => throw new TimeoutException();

        await PassAsync(TimeSpan.FromHours(1.5), typeof(ExponentialRetry));

        CollectionAssert.AreEqual(new[] { 0, 2, 6, 14, 24, 34 }, Times().Select(t => (int)(t - At(1, 0)).TotalSeconds).ToList());
    }

    [TestMethod]
    public async Task Goes_on_by_its_schedule_after_failures()
    {
        _probe.Body = _ => throw new TimeoutException();
        using var work = await _clock.BeginWorkAsync("test");
        await using var host = await StartAsync(typeof(QuarterHourly));

        await _clock.DelayAsync(TimeSpan.FromMinutes(31));

        CollectionAssert.AreEqual(new[] { At(0, 15), At(0, 30) }, Times());
        Assert.HasCount(2, host.Logs.GetSnapshot().Where(l => l.Level is LogLevel.Error));
    }

    [TestMethod]
    public async Task Gives_back_what_a_stopping_host_breaks_off()
    {
        var begun = new TaskCompletionSource();
        _probe.Body = async cancellation =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        };
        var host = await StartAsync(typeof(QuarterHourly));

        await begun.Task.WaitAsync(test.CancellationToken);
        await host.StopAsync(patience: TimeSpan.Zero);

        var row = _rows[nameof(QuarterHourly)]!;
        Assert.IsNull(row.TakenUntil);
        Assert.IsNull(row.Begun);
        Assert.AreEqual(At(0, 15), row.Next);
    }

    [TestMethod]
    public async Task Refuses_a_schedule_that_is_none()
    {
        var refused = await Assert.ThrowsExactlyAsync<FunctionDefinitionException>(() => StartAsync(typeof(BadSchedule)));

        StringAssert.Contains(refused.Message, nameof(BadSchedule), StringComparison.Ordinal);
    }

    private static DateTimeOffset At(int hour, int minute) => new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hour).AddMinutes(minute);

    private List<DateTimeOffset> Times() => [.. _probe.Runs.Select(r => r.At)];

    private async Task PassAsync(TimeSpan time, Type function)
    {
        using var work = await _clock.BeginWorkAsync("test");
        await using var host = await StartAsync(function);
        await _clock.DelayAsync(time);
    }

    private Task<TestHost> StartAsync(Type function)
    {
        var builder = TestHost.CreateBuilder([function], clock: _clock, settings: [("Timers__Daily", "0 0 3 * * *")]);
        builder.Services.AddSingleton<ITimerRows>(_rows);
        builder.Services.AddSingleton(_probe);
        return TestHost.StartAsync(builder);
    }
}
