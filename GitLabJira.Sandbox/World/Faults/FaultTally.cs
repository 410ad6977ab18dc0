namespace GitLabJira.Sandbox.World.Faults;

/// <summary>Counts what went wrong on purpose.</summary>
public sealed class FaultTally
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Total
    {
        get
        {
            lock (_gate)
            {
                return _counts.Values.Sum();
            }
        }
    }

    /// <summary>By boundary and kind, such as <c>storage: LoseAnswer</c>.</summary>
    public IReadOnlyDictionary<string, int> Counts
    {
        get
        {
            lock (_gate)
            {
                return new SortedDictionary<string, int>(_counts, StringComparer.Ordinal);
            }
        }
    }

    public void Add(string what, int times = 1)
    {
        lock (_gate)
        {
            _counts[what] = _counts.GetValueOrDefault(what) + times;
        }
    }

    public void Add(FaultTally other)
    {
        foreach (var (what, times) in other.Counts)
        {
            Add(what, times);
        }
    }
}
