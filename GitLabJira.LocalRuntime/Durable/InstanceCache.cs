namespace GitLabJira.LocalRuntime.Durable;

/// <summary>States as this process last stored them. What is wrong by now shows at the next commit, by the row's tag.</summary>
internal sealed class InstanceCache
{
    private const int Capacity = 200;
    private const int LargestHistory = 5000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<InstanceState>> _states = new(StringComparer.Ordinal);
    private readonly LinkedList<InstanceState> _byUse = new();

    public InstanceState? Find(string instance)
    {
        lock (_gate)
        {
            return _states.TryGetValue(instance, out var node) ? node.Value : null;
        }
    }

    public void Keep(InstanceState state)
    {
        lock (_gate)
        {
            Remove(state.Row.Id);
            if (state.Row.IsOver || state.History.Sum(b => b.Events.Count) > LargestHistory)
            {
                return;
            }

            _states[state.Row.Id] = _byUse.AddLast(state);
            if (_byUse.Count > Capacity)
            {
                Remove(_byUse.First!.Value.Row.Id);
            }
        }
    }

    public void Remove(string instance)
    {
        lock (_gate)
        {
            if (_states.Remove(instance, out var node))
            {
                _byUse.Remove(node);
            }
        }
    }
}
