using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.Sandbox.Jira.Store;

/// <summary>Lets each accepted change wait for a time of its own, then applies it; some twice. Later ones overtake earlier ones as chance has it.</summary>
internal sealed class ChangeQueue : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly RuntimeClock _clock;
    private readonly Func<IReadOnlyList<TimeSpan>> _nextDelays;
    private readonly Action<Change, DateTimeOffset> _apply;
    private readonly PriorityQueue<Change, (DateTimeOffset Due, long Order)> _waiting = new();
    private readonly ITimer _timer;
    private long _order;

    public ChangeQueue(RuntimeClock clock, Func<IReadOnlyList<TimeSpan>> nextDelays, Action<Change, DateTimeOffset> apply)
    {
        _clock = clock;
        _nextDelays = nextDelays;
        _apply = apply;
        _timer = clock.CreateTimer(_ => ApplyDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    public void Add(IEnumerable<Change> changes)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            foreach (var (change, delay) in changes.SelectMany(change => _nextDelays().Select(delay => (change, delay))))
            {
                if (delay == TimeSpan.Zero)
                {
                    _apply(change, now);
                }
                else
                {
                    _waiting.Enqueue(change, (now + delay, _order++));
                }
            }

            Schedule(now);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _waiting.Clear();
        }
    }

    public async Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        while (NextDue() is { } due)
        {
            var wait = due - _clock.GetUtcNow();
            await _clock.DelayAsync(wait > Moment ? wait : Moment, ct: cancellationToken);
        }
    }

    public void Dispose() => _timer.Dispose();

    private DateTimeOffset? NextDue()
    {
        lock (_lock)
        {
            return _waiting.TryPeek(out _, out var next) ? next.Due : null;
        }
    }

    private void ApplyDue()
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            while (_waiting.TryPeek(out var change, out var at) && at.Due <= now)
            {
                _waiting.Dequeue();
                _apply(change, now);
            }

            Schedule(now);
        }
    }

    private void Schedule(DateTimeOffset now)
    {
        if (_waiting.TryPeek(out _, out var next))
        {
            _timer.Change(next.Due > now ? next.Due - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
