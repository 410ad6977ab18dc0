namespace GitLabJira.LocalRuntime.Durable;

/// <summary>
/// Events by name (upper and lower case are the same): given to waiters first come, first served, and kept while nobody waits.
/// A waiter that was cancelled still consumes an event, as in the real worker: https://github.com/microsoft/durabletask-dotnet/issues/508.
/// </summary>
internal sealed class ExternalEvents
{
    private readonly Dictionary<string, Queue<TaskCompletionSource<string?>>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryEvent> _kept = [];

    public IReadOnlyList<HistoryEvent> Kept => _kept;

    public bool Awaited => _waiters.Values.Any(q => q.Any(w => !w.Task.IsCompleted));

    public Task<string?> WaitAsync(string name, CancellationToken cancellationToken)
    {
        if (_kept.Find(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase)) is { } kept)
        {
            _kept.Remove(kept);
            return Task.FromResult(kept.Data);
        }

        var waiter = new TaskCompletionSource<string?>();
        cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
        if (!_waiters.TryGetValue(name, out var queue))
        {
            _waiters[name] = queue = new();
        }

        queue.Enqueue(waiter);
        return waiter.Task;
    }

    public void Raise(HistoryEvent raised)
    {
        if (_waiters.TryGetValue(raised.Name!, out var queue) && queue.TryDequeue(out var waiter))
        {
            waiter.TrySetResult(raised.Data);
            return;
        }

        _kept.Add(raised);
    }
}
