using System.Text.Json;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Timers;

/// <summary>
/// One timer function in one process. Each occurrence is taken in the row by whoever comes first; a run is leased, and the status moves on when it has
/// ended, so that the occurrence of a process that died is past due for the next one. (The real host holds a lease for the life of a process instead.)
/// </summary>
internal sealed partial class TimerFunction(
    FunctionDescriptor function, TimerTriggerAttribute trigger, TimerSchedule schedule, ITimerRows rows, FunctionInvoker invoker, RuntimeClock clock, ILogger logger)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly TimerRetry _retry = TimerRetry.From(function.Retry);
    private bool _monitored;
    private bool _startup;
    private bool _pastDue;
    private DateTimeOffset _pending;
    private TimerRun? _run;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var now = clock.SharedUtcNow;
        _monitored = trigger.UseMonitor && !schedule.IsBelowAMinute(now);
        _startup = trigger.RunOnStartup;
        _pending = _monitored ? await RecallAsync(now, cancellationToken) : schedule.Next(now);
        _pastDue = _pending <= now;
    }

    /// <summary>Takes what is due and carries on what runs.</summary>
    /// <returns>When to look again.</returns>
    public async Task<DateTimeOffset> LookAsync(ClockPoller poller, CancellationToken abort)
    {
        while (true)
        {
            var now = clock.SharedUtcNow;

            if (_run is { Ended.IsCompleted: true })
            {
                await CloseAsync(CancellationToken.None);
            }
            else if (_run is { } run)
            {
                if (now >= run.RenewAt)
                {
                    await RenewAsync(run, now);
                }

                return run.RenewAt;
            }

            if (now < _pending && !_startup)
            {
                return _pending;
            }

            if (await TakeAsync(now, poller, abort) is { } later)
            {
                return later;
            }
        }
    }

    /// <summary>Waits for what runs and says in the row how it ended.</summary>
    public async Task EndAsync()
    {
        if (_run is { } run)
        {
            await run.Ended;
            await CloseAsync(CancellationToken.None);
        }
    }

    private async Task<DateTimeOffset> RecallAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await rows.ReadAsync(function.Name, cancellationToken);

        if (row is not null && row.Next == schedule.Next(row.Last ?? row.Updated))
        {
            return row.Next;
        }

        // New, or with another schedule than before: nothing can be past due.
        var fresh = (row ?? new() { Next = default, Updated = default }) with { Next = schedule.Next(now), Updated = now, Last = row?.Last };

        return (await rows.WriteAsync(function.Name, fresh, cancellationToken) ?? await rows.ReadAsync(function.Name, cancellationToken) ?? fresh).Next;
    }

    /// <returns>When to look again; null: at once.</returns>
    private async Task<DateTimeOffset?> TakeAsync(DateTimeOffset now, ClockPoller poller, CancellationToken abort)
    {
        var row = await rows.ReadAsync(function.Name, CancellationToken.None) ?? new() { Next = _pending, Updated = now };

        if (row.TakenUntil > now)
        {
            // Another process runs it. Should that process die, its lease ends.
            var waits = !_startup;
            _startup = false;
            return waits ? row.TakenUntil : null;
        }

        var begun = row.Begun >= _pending;
        var died = row.TakenUntil is not null;

        if (begun && !_startup && (!died || !_monitored))
        {
            (_pending, _pastDue) = (!died && row.Next > _pending ? row.Next : schedule.Next(now), false);
            return null;
        }

        var pastDue = _pastDue || (died && _monitored);
        var taken = row with { Begun = _pending <= now ? _pending : row.Begun, TakenUntil = now + Lease };

        if (await rows.WriteAsync(function.Name, taken, CancellationToken.None) is not { } ours)
        {
            return null;
        }

        (_startup, _pastDue) = (false, false);
        var run = new TimerRun(row, now, pastDue) { Taken = ours, RenewAt = now + (Lease / 2) };
        _run = run;
        run.Ended = RunAsync(run, abort);
        _ = run.Ended.ContinueWith(_ => poller.Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return null;
    }

    private async Task RenewAsync(TimerRun run, DateTimeOffset now)
    {
        if (await rows.WriteAsync(function.Name, run.Taken with { TakenUntil = now + Lease }, CancellationToken.None) is { } renewed)
        {
            run.Taken = renewed;
        }
        else
        {
            // This process stood still for longer than its lease; somebody else may run the function too.
            Log.LeaseLost(logger, function.Name);
        }

        run.RenewAt = now + (Lease / 2);
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        var run = _run!;
        _run = null;

        var closed = await run.Ended
            ? run.Taken with { Last = run.Started, Next = schedule.Next(run.Started), Updated = run.Started, TakenUntil = null }
            : run.Taken with { Begun = run.Before.Begun, TakenUntil = null };

        _pending = schedule.Next(run.Started);

        if (await rows.WriteAsync(function.Name, closed, cancellationToken) is null)
        {
            Log.LeaseLost(logger, function.Name);
        }
    }

    private async Task<bool> RunAsync(TimerRun run, CancellationToken abort)
    {
        using var work = await clock.BeginWorkAsync($"timer {function.Name}", CancellationToken.None);
        var value = TriggerValue(run);

        for (var count = 0; ; count++)
        {
            try
            {
                await invoker.InvokeAsync(new(function, value) { RetryCount = count, MaxRetryCount = _retry.MaxCount }, abort);
                return true;
            }
            catch (Exception e)
            {
                Log.Failed(logger, e, function.Name, count + 1);
            }

            if (abort.IsCancellationRequested)
            {
                return false;
            }

            if (_retry.After(count) is not { } delay)
            {
                return true;
            }

            try
            {
                await clock.DelayAsync(delay, ct: abort);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private object TriggerValue(TimerRun run)
    {
        var info = new TimerInfo
        {
            IsPastDue = run.IsPastDue,
            ScheduleStatus = _monitored
                ? new() { Last = run.Before.Last?.UtcDateTime ?? default, Next = run.Before.Next.UtcDateTime, LastUpdated = run.Before.Updated.UtcDateTime }
                : null,
        };

        return function.TriggerParameter.ParameterType == typeof(TimerInfo) ? info : JsonSerializer.Serialize(info);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Timer function {Function} failed, attempt {Attempt}.")]
        public static partial void Failed(ILogger logger, Exception exception, string function, int attempt);

        [LoggerMessage(2, LogLevel.Warning, "Timer function {Function} ran for longer than its lease was kept; another process may have run it as well.")]
        public static partial void LeaseLost(ILogger logger, string function);
    }
}
