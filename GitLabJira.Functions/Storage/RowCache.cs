using System.Collections.Concurrent;

namespace GitLabJira.Functions.Storage;

/// <summary>Keeps configuration rows for 30 s (design 5), so that a hot path reads none twice. What was not found is kept for a moment only: it may be written right now.</summary>
/// <param name="keptFor">Longer for what may be out of date for longer.</param>
public sealed class RowCache<T>(TimeProvider clock, TimeSpan? keptFor = null)
    where T : class
{
    // Keys may come from strangers, who must not fill the memory.
    private const int Capacity = 10_000;

    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _known = keptFor ?? TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>How many rows are kept.</summary>
    public int Count => _entries.Count;

    /// <param name="fresh">Reads in any case, and keeps what it read.</param>
    public async Task<T?> GetAsync(string key, bool fresh, Func<CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
    {
        if (!fresh && _entries.TryGetValue(key, out var entry) && Age(entry) < (entry.Value is null ? Unknown : _known))
        {
            return entry.Value;
        }

        // Counted from before the read: what it answers was true then.
        var now = clock.GetUtcNow();
        var value = await read(cancellationToken);
        Keep(key, new Entry(value, now));
        return value;
    }

    /// <returns>What was read at most <paramref name="age"/> ago, else by default; null when nothing was.</returns>
    public T? Recall(string key, TimeSpan? age = null) => _entries.TryGetValue(key, out var entry) && Age(entry) < (age ?? _known) ? entry.Value : null;

    /// <summary>Keeps what was read otherwise.</summary>
    public void Keep(string key, T value) => Keep(key, new Entry(value, clock.GetUtcNow()));

    /// <summary>For the process that wrote the row.</summary>
    public void Forget(string key) => _entries.TryRemove(key, out _);

    private TimeSpan Age(Entry entry) => clock.GetUtcNow() - entry.ReadAt;

    private void Keep(string key, Entry entry)
    {
        if (_entries.Count >= Capacity)
        {
            foreach (var (old, _) in _entries.Where(pair => Age(pair.Value) >= _known))
            {
                _entries.TryRemove(old, out _);
            }

            if (_entries.Count >= Capacity)
            {
                _entries.Clear();
            }
        }

        _entries[key] = entry;
    }

    private sealed record Entry(T? Value, DateTimeOffset ReadAt);
}
