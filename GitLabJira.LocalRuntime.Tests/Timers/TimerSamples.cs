using System.Collections.Concurrent;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Tests.Timers;

/// <summary>What ran when; a test may have runs wait or fail.</summary>
public sealed class TimerProbe
{
    private int _now;

    public ConcurrentQueue<TimerRunSeen> Runs { get; } = [];

    public int MostAtOnce { get; private set; }

    public Func<CancellationToken, Task> Body { get; set; } = _ => Task.CompletedTask;

    public async Task RunAsync(RuntimeClock clock, TimerInfo timer, FunctionContext context)
    {
        lock (Runs)
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_now);
        }

        Runs.Enqueue(new(clock.GetUtcNow(), timer, context.RetryContext.RetryCount, context.RetryContext.MaxRetryCount));

        try
        {
            await Body(context.CancellationToken);
        }
        finally
        {
            lock (Runs)
            {
                _now--;
            }
        }
    }
}

public sealed record TimerRunSeen(DateTimeOffset At, TimerInfo Timer, int RetryCount, int MaxRetryCount);

public sealed class QuarterHourly(TimerProbe probe, RuntimeClock clock)
{
    [Function(nameof(QuarterHourly))]
    public Task Run([TimerTrigger("0 */15 * * * *")] TimerInfo timer, FunctionContext context) => probe.RunAsync(clock, timer, context);
}

public sealed class ByName(TimerProbe probe, RuntimeClock clock)
{
    [Function(nameof(ByName))]
    public Task Run([TimerTrigger("%Timers:Daily%")] TimerInfo timer, FunctionContext context) => probe.RunAsync(clock, timer, context);
}

public sealed class EverySecond(TimerProbe probe, RuntimeClock clock)
{
    [Function(nameof(EverySecond))]
    public Task Run([TimerTrigger("* * * * * *")] TimerInfo timer, FunctionContext context) => probe.RunAsync(clock, timer, context);
}

public sealed class Unmonitored(TimerProbe probe, RuntimeClock clock)
{
    [Function(nameof(Unmonitored))]
    public Task Run([TimerTrigger("0 0 * * * *", UseMonitor = false)] TimerInfo timer, FunctionContext context) => probe.RunAsync(clock, timer, context);
}

public sealed class AtStartup(TimerProbe probe, RuntimeClock clock)
{
    [Function(nameof(AtStartup))]
    public Task Run([TimerTrigger("0 0 * * * *", RunOnStartup = true)] TimerInfo timer, FunctionContext context) => probe.RunAsync(clock, timer, context);
}

public sealed class FixedRetry(TimerProbe probe, RuntimeClock clock)
{
    [Function(nameof(FixedRetry))]
    [FixedDelayRetry(2, "00:00:10")]
    public Task Run([TimerTrigger("0 0 * * * *")] TimerInfo timer, FunctionContext context) => probe.RunAsync(clock, timer, context);
}

public sealed class ExponentialRetry(TimerProbe probe, RuntimeClock clock)
{
    [Function(nameof(ExponentialRetry))]
    [ExponentialBackoffRetry(5, "00:00:02", "00:00:10")]
    public Task Run([TimerTrigger("0 0 * * * *")] TimerInfo timer, FunctionContext context) => probe.RunAsync(clock, timer, context);
}

public static class BadSchedule
{
    [Function(nameof(BadSchedule))]
    public static void Run([TimerTrigger("every day")] TimerInfo timer)
    {
        // Never runs.
    }
}

public sealed class AsText(TimerProbe probe, RuntimeClock clock)
{
    [Function(nameof(AsText))]
    public Task Run([TimerTrigger("0 0 * * * *")] string timer, FunctionContext context) =>
        probe.RunAsync(clock, System.Text.Json.JsonSerializer.Deserialize<TimerInfo>(timer)!, context);
}
