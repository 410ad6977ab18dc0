using System.IO.Enumeration;
using GitLabJira.Sandbox.GitLab.Hooks;

namespace GitLabJira.Sandbox.GitLab.Faults;

/// <summary>Everything that can be made worse while the instance runs.</summary>
public sealed class SiteFaults
{
    private readonly Lock _gate = new();
    private readonly List<(Fault Fault, int Left)> _faults = [];
    private readonly Dictionary<FaultKind, int> _hits = [];
    private readonly Random _dice;
    private HookDisorder? _hooks;
    private Random _hookDice = new(1);

    public SiteFaults(int seed) => _dice = new Random(seed);

    /// <summary>Reads answer a state of up to so long ago, each request another one.</summary>
    public TimeSpan ReplicaLag { get; set; }

    /// <summary>How far the instance's own clock is off.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Offset pages of branches from the second on are empty, as on gitlab.com in 2026 (gl#605032).</summary>
    public bool EmptyLaterBranchPages { get; set; } = true;

    /// <summary>Decides on demand that a delivery is never sent.</summary>
    public Func<HookDelivery, bool>? DropHook { get; set; }

    /// <summary>Random delay, doubling and loss of deliveries; setting it starts the seed anew.</summary>
    public HookDisorder? Hooks
    {
        get => _hooks;
        set
        {
            lock (_gate)
            {
                _hooks = value;
                _hookDice = new Random(value?.Seed ?? 1);
            }
        }
    }

    public IReadOnlyList<Fault> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults.Select(entry => entry.Fault)];
            }
        }
    }

    /// <summary>How often each kind hit a request.</summary>
    public IReadOnlyDictionary<FaultKind, int> Hits
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<FaultKind, int>(_hits);
            }
        }
    }

    public Fault Add(Fault fault)
    {
        lock (_gate)
        {
            _faults.Add((fault, fault.Times ?? int.MaxValue));
        }

        return fault;
    }

    public void Remove(Guid id)
    {
        lock (_gate)
        {
            _faults.RemoveAll(entry => entry.Fault.Id == id);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }

    /// <summary>The faults that hit this request; each hit counts.</summary>
    internal IReadOnlyList<Fault> Hit(string method, string path)
    {
        lock (_gate)
        {
            if (_faults.Count == 0)
            {
                return [];
            }

            var hits = new List<Fault>();

            for (var i = 0; i < _faults.Count; i++)
            {
                var (fault, left) = _faults[i];

                if (left > 0
                    && (fault.Method is null || string.Equals(fault.Method, method, StringComparison.OrdinalIgnoreCase))
                    && FileSystemName.MatchesSimpleExpression(fault.Path, path)
                    && _dice.NextDouble() < fault.Probability)
                {
                    hits.Add(fault);
                    _hits[fault.Kind] = _hits.GetValueOrDefault(fault.Kind) + 1;
                    _faults[i] = (fault, left - 1);

                    // A request fails once; the next fault waits for the next request.
                    if (fault.Kind is not FaultKind.Delay)
                    {
                        break;
                    }
                }
            }

            _faults.RemoveAll(entry => entry.Left <= 0);
            return hits;
        }
    }

    /// <summary>When each copy of a delivery leaves; none: it is lost.</summary>
    internal IReadOnlyList<TimeSpan> Departures()
    {
        lock (_gate)
        {
            if (_hooks is not { } disorder)
            {
                return [TimeSpan.Zero];
            }

            if (_hookDice.NextDouble() < disorder.DropRate)
            {
                return [];
            }

            var first = disorder.MaxDelay * _hookDice.NextDouble();
            return _hookDice.NextDouble() < disorder.DoubleRate ? [first, disorder.MaxDelay * _hookDice.NextDouble()] : [first];
        }
    }

    internal TimeSpan DrawLag()
    {
        if (ReplicaLag <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        lock (_gate)
        {
            return ReplicaLag * _dice.NextDouble();
        }
    }
}
