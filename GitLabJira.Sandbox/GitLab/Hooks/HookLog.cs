namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>Remembers the deliveries of the instance, the newest of them with their bodies.</summary>
public sealed class HookLog(int capacity = 5_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, HookDelivery> _byId = [];
    private readonly Queue<long> _order = [];
    private readonly Dictionary<HookOutcome, int> _counts = [];
    private long _lastId = 88_000_000;

    public IReadOnlyList<HookDelivery> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _order.Select(id => _byId[id])];
            }
        }
    }

    public IReadOnlyList<HookDelivery> Of(long hookId)
    {
        lock (_gate)
        {
            return [.. _order.Select(id => _byId[id]).Where(delivery => delivery.HookId == hookId)];
        }
    }

    /// <summary>How many deliveries ended so since the start, forgotten ones included.</summary>
    public int Count(HookOutcome outcome)
    {
        lock (_gate)
        {
            return _counts.GetValueOrDefault(outcome);
        }
    }

    public HookDelivery? Find(long id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    internal HookDelivery Add(Func<long, HookDelivery> make)
    {
        lock (_gate)
        {
            var delivery = make(++_lastId);
            _byId[delivery.Id] = delivery;
            _order.Enqueue(delivery.Id);
            Tally(delivery.Outcome, 1);

            while (_order.Count > capacity)
            {
                _byId.Remove(_order.Dequeue());
            }

            return delivery;
        }
    }

    internal void Update(HookDelivery delivery)
    {
        lock (_gate)
        {
            Tally(HookOutcome.Waiting, -1);
            Tally(delivery.Outcome, 1);

            if (_byId.ContainsKey(delivery.Id))
            {
                _byId[delivery.Id] = delivery;
            }
        }
    }

    private void Tally(HookOutcome outcome, int by) => _counts[outcome] = _counts.GetValueOrDefault(outcome) + by;
}
