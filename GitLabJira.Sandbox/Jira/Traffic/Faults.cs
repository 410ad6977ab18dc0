namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>The faults that are switched on. The first one added that matches a request is played on it.</summary>
public sealed class Faults(Random random)
{
    private readonly Lock _lock = new();
    private readonly List<ActiveFault> _active = [];
    private readonly Dictionary<FaultKind, int> _hits = [];

    /// <summary>How far the site's clock is ahead of the others, for tokens that it signs and checks.</summary>
    public TimeSpan ClockOffset { get; set; }

    public IReadOnlyList<Fault> Active
    {
        get
        {
            lock (_lock)
            {
                return [.. _active.Select(a => a.Fault)];
            }
        }
    }

    /// <summary>How often each kind hit a request.</summary>
    public IReadOnlyDictionary<FaultKind, int> Hits
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<FaultKind, int>(_hits);
            }
        }
    }

    /// <summary>Switches a fault on, until the answer is disposed.</summary>
    public IDisposable Add(Fault fault)
    {
        lock (_lock)
        {
            var active = new ActiveFault(fault, this);
            _active.Add(active);
            return active;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _active.Clear();
        }
    }

    internal Fault? Take(string method, string path)
    {
        lock (_lock)
        {
            foreach (var active in _active)
            {
                if (!active.Fault.Matches(method, path) || random.NextDouble() >= active.Fault.Probability)
                {
                    continue;
                }

                active.Hits++;
                _hits[active.Fault.Kind] = _hits.GetValueOrDefault(active.Fault.Kind) + 1;
                if (active.Fault.Times is { } times && active.Hits >= times)
                {
                    _active.Remove(active);
                }

                return active.Fault;
            }

            return null;
        }
    }

    private sealed class ActiveFault(Fault fault, Faults owner) : IDisposable
    {
        public Fault Fault { get; } = fault;

        public int Hits { get; set; }

        public void Dispose()
        {
            lock (owner._lock)
            {
                owner._active.Remove(this);
            }
        }
    }
}
