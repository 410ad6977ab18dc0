using System.Collections;
using System.Collections.Concurrent;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>Everything that the app did wrong on this site. The check is red unless it is empty.</summary>
public sealed class Violations(TimeProvider clock) : IReadOnlyCollection<Violation>
{
    private ConcurrentQueue<Violation> _all = new();

    public int Count => _all.Count;

    public void Clear() => _all = new();

    public IEnumerator<Violation> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(ViolationKind kind, string message, long? requestNumber = null) => _all.Enqueue(new(kind, clock.GetUtcNow(), message, requestNumber));
}
