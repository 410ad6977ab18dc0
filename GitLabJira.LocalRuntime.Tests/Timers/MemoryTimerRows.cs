using System.Collections.Concurrent;
using System.Globalization;
using GitLabJira.LocalRuntime.Timers;

namespace GitLabJira.LocalRuntime.Tests.Timers;

/// <summary>Rows that several hosts of a test share, fenced like the table's.</summary>
internal sealed class MemoryTimerRows : ITimerRows
{
    private readonly ConcurrentDictionary<string, TimerRow> _rows = new();
    private int _version;

    public TimerRow? this[string function]
    {
        get => _rows.GetValueOrDefault(function);
        set => _rows[function] = value! with { ETag = Version() };
    }

    public Task CreateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<TimerRow?> ReadAsync(string function, CancellationToken cancellationToken) => Task.FromResult(this[function]);

    public Task<TimerRow?> WriteAsync(string function, TimerRow row, CancellationToken cancellationToken)
    {
        var written = row with { ETag = Version() };
        var stored = row.ETag is null
            ? _rows.TryAdd(function, written)
            : _rows.TryGetValue(function, out var present) && present.ETag == row.ETag && _rows.TryUpdate(function, written, present);

        return Task.FromResult(stored ? written : null);
    }

    private string Version() => Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
}
