namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// Decides when time moves: never while any process works, looks, or has not looked since another one worked; then to the earliest due time of all.
/// </summary>
internal sealed class ClockAuthority : IDisposable
{
    // While something runs, the others look now and then, so that work is shared although nobody tells them where it lies.
    private static readonly TimeSpan Sharing = TimeSpan.FromMilliseconds(40);

    private readonly List<ClockParticipant> _participants = [];
    private readonly ITimer _sharing;
    private bool _sharingArmed;
    private bool _considering;
    private bool _again;
    private bool _disposed;

    public ClockAuthority(DateTimeOffset now)
    {
        Now = now.ToUniversalTime();
        _sharing = TimeProvider.System.CreateTimer(_ => Share(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Lock Gate { get; } = new();

    public DateTimeOffset Now { get; private set; }

    public long Jumps { get; private set; }

    public ClockParticipant Join(string name, IClockPort port)
    {
        lock (Gate)
        {
            var participant = new ClockParticipant(name, port);
            _participants.Add(participant);
            port.MoveTo(Now);
            foreach (var span in _participants.SelectMany(p => p.Spans))
            {
                port.SpanWaits(span);
            }

            return participant;
        }
    }

    /// <summary>A process has ended, perhaps in the middle of its work: what it left behind is there for the others.</summary>
    public void Leave(ClockParticipant participant)
    {
        lock (Gate)
        {
            if (_participants.Remove(participant))
            {
                foreach (var span in participant.Spans.ToList())
                {
                    Resumes(participant, span);
                }

                MarkStale(participant, ClockChanges.Everything);
                Consider();
            }
        }
    }

    public void Looks(ClockParticipant participant) => Update(participant, p => p.Busy = true);

    public void Runs(ClockParticipant participant, string what) => Update(participant, p =>
    {
        p.Busy = true;
        p.Running = true;
        p.Work = what;
    });

    public void Done(ClockParticipant participant) => Update(participant, p =>
    {
        p.Running = false;
        p.Work = null;
        p.Own = ClockChanges.None;
        MarkStale(p, ClockChanges.Something);
    });

    public void Changed(ClockParticipant participant, ClockChanges changes) => Update(participant, p =>
    {
        p.Own = p.Own.And(changes);
        MarkStale(p, changes);
    });

    public void Idle(ClockParticipant participant, long look, DateTimeOffset? due) => Update(participant, p =>
    {
        if (look == p.Look)
        {
            p.Busy = false;
            p.Due = due;
        }
    });

    public void Waits(ClockParticipant participant, string span) => Update(participant, p =>
    {
        p.Spans.Add(span);
        foreach (var other in _participants)
        {
            other.Port.SpanWaits(span);
        }
    });

    public void Resumes(ClockParticipant participant, string span) => Update(participant, p =>
    {
        if (p.Spans.Remove(span))
        {
            foreach (var other in _participants.ToList())
            {
                // Whoever sent that request works again: nobody counts as idle who has not heard of it.
                other.Busy = true;
                other.Port.SpanResumes(++other.Look, span);
            }
        }
    });

    /// <summary>Asks all processes what they are at; they answer in their own time.</summary>
    public void Ask()
    {
        lock (Gate)
        {
            _participants.ForEach(p => p.Port.Ask());
        }
    }

    public void Tell(ClockParticipant participant, string what)
    {
        lock (Gate)
        {
            participant.Told = what;
        }
    }

    public string Describe()
    {
        lock (Gate)
        {
            return string.Join("; ", _participants.Select(p =>
                $"{p.Name}: {(p.Running ? $"runs {p.Work}" : p.Busy ? "looks" : !p.Stale.IsNone ? "has to look" : $"idle until {p.Due:O}")}{(p.Told.Length > 0 ? $" ({p.Told})" : "")}"));
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            _disposed = true;
        }

        _sharing.Dispose();
    }

    private void Update(ClockParticipant participant, Action<ClockParticipant> change)
    {
        lock (Gate)
        {
            change(participant);
            Consider();
        }
    }

    private void MarkStale(ClockParticipant worker, ClockChanges changes)
    {
        foreach (var other in _participants.Where(p => p != worker && p.Polls))
        {
            other.Stale = other.Stale.And(changes);
        }
    }

    /// <summary>Asks for looks and moves time as far as the rules allow. Processes of this very process answer inside of it, hence the loop.</summary>
    private void Consider()
    {
        if (_considering || _disposed)
        {
            _again = true;
            return;
        }

        _considering = true;
        try
        {
            do
            {
                _again = false;
                Step();
            }
            while (_again);
        }
        finally
        {
            _considering = false;
        }
    }

    private void Step()
    {
        if (_participants.Exists(p => p.Running))
        {
            ArmSharing();
            return;
        }

        foreach (var participant in _participants.Where(p => !p.Stale.IsNone).ToList())
        {
            AskToLook(participant);
        }

        if (_again || _participants.Exists(p => p.Busy || p.Running) || _participants.Min(p => p.Due) is not { } due)
        {
            return;
        }

        if (due > Now)
        {
            Now = due;
            Jumps++;
            foreach (var participant in _participants)
            {
                participant.Port.MoveTo(due);
            }
        }

        // All are marked before the first hears of it: a process of our own may answer at once.
        var concerned = _participants.Where(p => p.Due <= due).ToList();
        concerned.ForEach(p => p.Busy = true);
        concerned.ForEach(p => p.Port.FireDue(++p.Look));
    }

    private static void AskToLook(ClockParticipant participant)
    {
        var changes = participant.Stale;
        participant.Stale = ClockChanges.None;
        participant.Busy = true;
        participant.Port.LookAgain(++participant.Look, changes);
    }

    private void ArmSharing()
    {
        if (!_sharingArmed)
        {
            _sharingArmed = true;
            _sharing.Change(Sharing, Timeout.InfiniteTimeSpan);
        }
    }

    private void Share()
    {
        lock (Gate)
        {
            _sharingArmed = false;
            if (_disposed || !_participants.Exists(p => p.Running))
            {
                return;
            }

            foreach (var participant in _participants.Where(p => p.Polls && !p.Stale.And(p.Own).IsNone).ToList())
            {
                participant.Stale = participant.Stale.And(participant.Own);
                participant.Own = ClockChanges.None;
                AskToLook(participant);
            }

            Consider();
        }
    }
}
