using System.Diagnostics;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// What goes on in one process: work, polling loops and timers. Reports to the authority when all of it is quiet, and fires what is due when the authority has moved the time.
/// </summary>
internal sealed class ProcessLedger
{
    // A timeout has fired inside work that waits: the cancelled request needs a moment of real time before it is seen to end. Nothing need come of a timeout, hence the limit.
    private static readonly TimeSpan Aftermath = TimeSpan.FromMilliseconds(500);

    // Code that starts a delay may go on and start a request beside it, as in Task.WhenAny; it needs a moment of real time for that.
    private static readonly TimeSpan Beside = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate;
    private readonly IClockLink _link;
    private readonly SortedSet<VirtualTimer> _timers = new(new VirtualTimer.ByDue());
    private readonly List<VirtualPoller> _pollers = [];
    private readonly HashSet<ClockWork> _works = [];
    private readonly Dictionary<string, ClockWork> _requests = new(StringComparer.Ordinal);
    private readonly HashSet<string> _waitingSpans = new(StringComparer.Ordinal);
    private long _now;
    private long _timerOrder;
    private long _look;
    private long _changes;
    private int _running;
    private bool _dispatching;
    private bool _idle;
    private bool _started;
    private DateTimeOffset? _reportedDue;
    private Task _known = Task.CompletedTask;
    private Exception? _lost;

    public ProcessLedger(Lock gate, IClockLink link, DateTimeOffset now)
    {
        _gate = gate;
        _link = link;
        _now = now.UtcTicks;
        HttpRequestTracker.Start();
    }

    public DateTimeOffset Now => new(Volatile.Read(ref _now), TimeSpan.Zero);

    public void Start()
    {
        lock (_gate)
        {
            _started = true;
            Consider();
        }
    }

    // ---- work

    public ValueTask<IDisposable> Begin(string what)
    {
        var parent = ClockWork.Current is { } current && current.Ledger == this ? current : null;
        var work = new ClockWork(this, what, parent, ClockWork.FindCallerSpan());
        Task known;

        lock (_gate)
        {
            if (_lost is not null)
            {
                throw new InvalidOperationException("The virtual clock of this process is gone.", _lost);
            }

            _works.Add(work);
            if (work.Parent is { } outer)
            {
                outer.Children++;
                Reconsider(outer);
            }

            known = AddRunning(what);
        }

        work.Enter();
        return known.IsCompletedSuccessfully ? ValueTask.FromResult<IDisposable>(work) : WhenKnownAsync(known, work);
    }

    public void End(ClockWork work)
    {
        lock (_gate)
        {
            if (work.Ended)
            {
                return;
            }

            work.Ended = true;
            work.Stirred++;
            _works.Remove(work);
            if (work.Parent is { } outer)
            {
                outer.Children--;
                outer.ChildrenWaiting -= work.Suspended ? 1 : 0;
                Reconsider(outer);
            }

            if (!work.Suspended)
            {
                RemoveRunning();
            }
            else if (work.CallerSpan is { } span)
            {
                _link.Resumes(span);
            }
        }
    }

    public void RequestStarted(ClockWork work, string span)
    {
        lock (_gate)
        {
            if (!work.Ended && _requests.TryAdd(span, work))
            {
                work.Requests++;
                work.RequestsWaiting += _waitingSpans.Contains(span) ? 1 : 0;
                Reconsider(work);
            }
        }
    }

    public void RequestStopped(string span)
    {
        lock (_gate)
        {
            if (_requests.Remove(span, out var work))
            {
                work.Requests--;
                work.RequestsWaiting -= _waitingSpans.Contains(span) ? 1 : 0;
                Reconsider(work);
            }
        }
    }

    public void CallerWaits(string span)
    {
        lock (_gate)
        {
            _link.Waits(span);
        }
    }

    public void CallerResumes(string span)
    {
        lock (_gate)
        {
            _link.Resumes(span);
        }
    }

    // ---- timers

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

    // ---- polling loops

    public async Task<VirtualPoller> RegisterAsync(string name)
    {
        var poller = new VirtualPoller(this, name);
        Task known;
        lock (_gate)
        {
            _pollers.Add(poller);
            _link.Polls();
            if (_idle)
            {
                _idle = false;
                _known = _link.LookAsync();
            }

            known = _known;
        }

        await known;
        return poller;
    }

    public void Remove(VirtualPoller poller)
    {
        lock (_gate)
        {
            _pollers.Remove(poller);
            poller.Waiting?.TrySetCanceled();
            Consider();
        }
    }

    public async Task WaitAsync(VirtualPoller poller, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource waiting;

        lock (_gate)
        {
            if (poller.Woken || poller.Seen != _changes || due <= Now)
            {
                // What changed while it looked may have been behind it.
                poller.Woken = false;
                poller.Seen = _changes;
                waiting = new();
                waiting.SetResult();
            }
            else
            {
                waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                poller.Due = due;
                poller.Waiting = waiting;
                Consider();
            }
        }

        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiting))
        {
            await waiting.Task;
        }

        Task known;
        lock (_gate)
        {
            known = _known;
        }

        await known;
    }

    public void Wake(VirtualPoller poller)
    {
        lock (_gate)
        {
            poller.Woken = true;
            if (poller.Waiting is null)
            {
                return;
            }

            if (_idle)
            {
                _idle = false;
                _known = _link.LookAsync();
            }

            Release(poller);
        }
    }

    // ---- what the authority says (the caller holds the lock, or none)

    public void MoveTo(DateTimeOffset now)
    {
        lock (_gate)
        {
            Volatile.Write(ref _now, now.UtcTicks);
        }
    }

    /// <summary>Somebody worked: look again.</summary>
    public void LookAgain(long look)
    {
        lock (_gate)
        {
            _look = look;
            _idle = false;
            ReleaseAll();
            Consider();
        }
    }

    /// <summary>The time is where something of this process is due.</summary>
    public void FireDue(long look)
    {
        lock (_gate)
        {
            _look = look;
            _idle = false;
            foreach (var poller in _pollers.Where(p => p.Waiting is not null && p.Due <= Now))
            {
                Release(poller);
            }

            Consider();
        }
    }

    public void SpanWaits(string span)
    {
        lock (_gate)
        {
            if (_waitingSpans.Add(span) && _requests.TryGetValue(span, out var work))
            {
                work.RequestsWaiting++;
                Reconsider(work);
            }
        }
    }

    public void SpanResumes(long look, string span)
    {
        lock (_gate)
        {
            _look = look;
            _idle = false;
            if (_waitingSpans.Remove(span) && _requests.TryGetValue(span, out var work))
            {
                work.RequestsWaiting--;
                Reconsider(work);
            }

            Consider();
        }
    }

    public void Lose(Exception reason)
    {
        lock (_gate)
        {
            _lost ??= reason;
        }
    }

    /// <summary>What holds the time, for a person who wonders why it stands still.</summary>
    public string Describe()
    {
        lock (_gate)
        {
            var works = _works.Where(w => !w.Suspended).Select(w => w.ToString());
            var looks = _pollers.Where(p => p.Waiting is null).Select(p => $"{p.Name} looks");
            return string.Join(", ", [.. works, .. looks, .. _dispatching ? ["timers fire"] : Array.Empty<string>()]);
        }
    }

    private static async ValueTask<IDisposable> WhenKnownAsync(Task known, ClockWork work)
    {
        try
        {
            await known;
        }
        catch
        {
            work.Dispose();
            throw;
        }

        return work;
    }

    // ---- under the lock

    private Task AddRunning(string what)
    {
        _running++;
        if (_running > 1)
        {
            return _known;
        }

        var acknowledged = _link.RunAsync(what, _idle);
        if (_idle)
        {
            _idle = false;
            _known = acknowledged;
        }

        return _known;
    }

    private void RemoveRunning()
    {
        _running--;
        if (_running == 0)
        {
            _link.Done();
            ReleaseAll();
            Consider();
        }
    }

    private void Reconsider(ClockWork work)
    {
        work.Stirred++;
        if (work.Ended || work.Suspended == work.Waits)
        {
            return;
        }

        work.Suspended = work.Waits;
        var (outer, span) = (work.Parent, work.CallerSpan);

        if (work.Suspended)
        {
            if (span is not null)
            {
                _link.Waits(span);
            }

            RemoveRunning();
        }
        else
        {
            _ = AddRunning(work.What);
            if (span is not null)
            {
                _link.Resumes(span);
            }
        }

        if (outer is not null)
        {
            outer.ChildrenWaiting += work.Suspended ? 1 : -1;
            Reconsider(outer);
        }
    }

    private void ReleaseAll()
    {
        _changes++;
        foreach (var poller in _pollers)
        {
            Release(poller);
        }
    }

    private void Release(VirtualPoller poller)
    {
        if (poller.Waiting is { } waiting)
        {
            poller.Waiting = null;
            poller.Woken = false;
            poller.Seen = _changes;
            waiting.TrySetResult();
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

    /// <summary>Reports idleness when there is nothing left to do at the present time.</summary>
    private void Consider()
    {
        if (!_started || _running > 0 || _dispatching)
        {
            return;
        }

        if (_timers.Min?.Due <= Now)
        {
            _dispatching = true;
            if (_idle)
            {
                _idle = false;
                _known = _link.LookAsync();
            }

            ThreadPool.UnsafeQueueUserWorkItem(static ledger => ledger.Dispatch(), this, preferLocal: false);
            return;
        }

        var due = _timers.Min?.Due;
        foreach (var poller in _pollers)
        {
            if (poller.Waiting is null || poller.Seen != _changes)
            {
                return;
            }

            due = due is null || poller.Due < due ? poller.Due ?? due : due;
        }

        if (_idle && due == _reportedDue)
        {
            return;
        }

        _idle = true;
        _reportedDue = due;
        _link.Idle(_look, due);
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
