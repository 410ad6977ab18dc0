using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab;

/// <summary>Holds the instance's state. All changes go through one lock and get a time of their own; older states stay for lagging reads.</summary>
internal sealed class GitLabWorld(RuntimeClock clock, SiteFaults faults) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<(DateTimeOffset At, GitLabState State)> _past = [];
    private readonly HashSet<ITimer> _timers = [];
    private GitLabState _state = new();
    private DateTimeOffset _lastChange = DateTimeOffset.MinValue;
    private bool _disposed;

    public string BaseUrl { get; set; } = "http://127.0.0.1";

    public IdSequence Ids { get; } = new();

    public Action<HookEvent>? Happened { get; set; }

    public GitLabState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>The instance's own clock, which may be off.</summary>
    public DateTimeOffset Now => clock.GetUtcNow() + faults.ClockOffset;

    /// <summary>What a replica answers that is so far behind.</summary>
    public GitLabState StateAgo(TimeSpan lag)
    {
        lock (_gate)
        {
            if (lag <= TimeSpan.Zero)
            {
                return _state;
            }

            var at = Now - lag;
            var found = _past.TryPeek(out var oldest) ? oldest.State : _state;

            foreach (var (since, state) in _past)
            {
                if (since > at)
                {
                    break;
                }

                found = state;
            }

            return found;
        }
    }

    /// <summary>Fills the instance without hooks and without a past.</summary>
    public void Load(Action<Change> seed)
    {
        lock (_gate)
        {
            var change = new Change(_state, Now, Ids, BaseUrl);
            seed(change);
            _state = change.State;
            _past.Clear();
            _past.Enqueue((DateTimeOffset.MinValue, _state));
        }
    }

    public void Apply(Action<Change> act) => Apply(change =>
    {
        act(change);
        return true;
    });

    public T Apply<T>(Func<Change, T> act)
    {
        T result;
        Change change;

        lock (_gate)
        {
            // A virtual clock can stand still over many changes, the database's cannot: every change gets a later time.
            var now = Now;
            now = now > _lastChange ? now : _lastChange.AddMilliseconds(1);
            change = new Change(_state, new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero), Ids, BaseUrl);
            result = act(change);
            _lastChange = now;

            if (!ReferenceEquals(_state, change.State))
            {
                _state = change.State;
                Remember(now);
            }
        }

        foreach (var happened in change.Events)
        {
            Happened?.Invoke(happened);
        }

        foreach (var (after, step) in change.LaterSteps)
        {
            Schedule(after, step);
        }

        return result;
    }

    /// <summary>Runs a callback when the clock has come so far. The clock counts it as due.</summary>
    public void Schedule(TimeSpan after, Action callback) => OwnFlow.Run(() => Start(after, callback));

    public void Dispose()
    {
        ITimer[] timers;

        lock (_gate)
        {
            _disposed = true;
            timers = [.. _timers];
            _timers.Clear();
        }

        foreach (var timer in timers)
        {
            timer.Dispose();
        }
    }

    private void Start(TimeSpan after, Action callback)
    {
        var holder = new TimerHolder();
        var timer = clock.CreateTimer(
            state =>
            {
                var self = ((TimerHolder)state!).Timer;
                Forget(self);
                callback();
            },
            holder,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        holder.Timer = timer;

        lock (_gate)
        {
            if (_disposed)
            {
                timer.Dispose();
                return;
            }

            _timers.Add(timer);
        }

        timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    private void Schedule(TimeSpan after, Action<Change> step)
    {
        if (after <= TimeSpan.Zero)
        {
            Apply(step);
            return;
        }

        Schedule(after, () => Apply(step));
    }

    private void Forget(ITimer? timer)
    {
        lock (_gate)
        {
            if (timer is not null && _timers.Remove(timer))
            {
                timer.Dispose();
            }
        }
    }

    private void Remember(DateTimeOffset now)
    {
        _past.Enqueue((now, _state));

        // The newest state that is older than the lag stays: it is what the slowest replica shows.
        while (_past.Count > 1 && _past.Skip(1).First().At < now - faults.ReplicaLag)
        {
            _past.Dequeue();
        }
    }

    private sealed class TimerHolder
    {
        public ITimer? Timer { get; set; }
    }
}
