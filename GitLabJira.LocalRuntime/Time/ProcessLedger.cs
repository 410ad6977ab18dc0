namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// What goes on in one process: work, polling loops and timers. Reports to the authority when all of it is quiet, and fires what is due when the authority has moved the time.
/// </summary>
internal sealed partial class ProcessLedger
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
    private int _running;
    private bool _dispatching;
    private ClockChanges _changed = ClockChanges.None;
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
        HttpRequestTracker.Start(this);
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

            _changed = _changed.And(ClockChanges.Something);
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

    // ---- what the authority says (the caller holds the lock, or none)

    public void MoveTo(DateTimeOffset now)
    {
        lock (_gate)
        {
            Volatile.Write(ref _now, now.UtcTicks);
        }
    }

    /// <summary>Somebody worked: whom it concerns looks again.</summary>
    public void LookAgain(long look, ClockChanges changes)
    {
        lock (_gate)
        {
            _look = look;
            _idle = false;
            _changed = _changed.And(changes);
            ReleaseConcerned();
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
            ReleaseConcerned();
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

            _changed = _changed.And(ClockChanges.Something);
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
            if (poller.Waiting is null || poller.Seen != poller.Changes)
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
}
