using System.Diagnostics;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>Timers of this process: delays, which suspend the work that awaits them, and timeouts, which do not.</summary>
internal sealed partial class ProcessLedger
{
    public VirtualTimer Add(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var work = ClockWork.Current is { } current && current.Ledger == this ? current : null;
        var timer = new VirtualTimer(this, callback, state, work);
        Change(timer, dueTime, period);
        return timer;
    }

    public bool Change(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (timer.Disposed)
            {
                return false;
            }

            Disarm(timer);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.Period = period;
                Arm(timer, Now + dueTime);
                if (timer is { IsDelay: true, Work: not null })
                {
                    Suspend(timer);
                }
            }

            Consider();
            return true;
        }
    }

    public void Remove(VirtualTimer timer)
    {
        lock (_gate)
        {
            timer.Disposed = true;
            Disarm(timer);
            Consider();
        }
    }

    private void Arm(VirtualTimer timer, DateTimeOffset due)
    {
        timer.Due = due;
        timer.Order = _timerOrder++;
        _timers.Add(timer);
    }

    private void Disarm(VirtualTimer timer)
    {
        if (timer.Due is not null)
        {
            _timers.Remove(timer);
            timer.Due = null;
        }

        Count(timer, counted: false);
    }

    private void Suspend(VirtualTimer timer)
    {
        if (timer.IsAwaited)
        {
            Count(timer, counted: true);
            return;
        }

        _ = LaterAsync(timer, timer.Order);

        async Task LaterAsync(VirtualTimer timer, long order)
        {
            await Task.Delay(Beside);
            lock (_gate)
            {
                if (timer.Due is not null && timer.Order == order)
                {
                    Count(timer, counted: true);
                }
            }
        }
    }

    private void Count(VirtualTimer timer, bool counted)
    {
        if (timer is { IsDelay: true, Work: { } work } && timer.Counted != counted)
        {
            timer.Counted = counted;
            work.Delays += counted ? 1 : -1;
            Reconsider(work);
        }
    }

    /// <summary>Runs what is due one after the other, in order of due time, then of creation.</summary>
    private void Dispatch()
    {
        while (true)
        {
            VirtualTimer timer;
            lock (_gate)
            {
                if (_timers.Min is not { } first || first.Due > Now)
                {
                    _dispatching = false;
                    Consider();
                    return;
                }

                timer = first;
                Disarm(timer);
                if (timer.Period > TimeSpan.Zero)
                {
                    Arm(timer, Now + timer.Period);
                }

                if (timer is { IsDelay: false, Work: { Ended: false, Suspended: true } work })
                {
                    _ = HoldAsync(work);
                }
            }

            timer.Run();
        }
    }

    private async Task HoldAsync(ClockWork work)
    {
        _ = AddRunning("aftermath of a timeout");
        var since = Stopwatch.GetTimestamp();
        var stirred = work.Stirred;
        while (Volatile.Read(ref work.Stirred) == stirred && Stopwatch.GetElapsedTime(since) < Aftermath)
        {
            await Task.Delay(Beside);
        }

        lock (_gate)
        {
            RemoveRunning();
        }
    }
}
