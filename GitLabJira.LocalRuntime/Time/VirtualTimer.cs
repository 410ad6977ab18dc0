namespace GitLabJira.LocalRuntime.Time;

internal sealed class VirtualTimer(ProcessLedger ledger, TimerCallback callback, object? state, ClockWork? work) : ITimer
{
    [ThreadStatic]
    private static bool _awaited;

    private readonly Action _run = InFlow(callback, state);

    /// <summary>Null while it is not armed. Guarded by the ledger's lock, like all that follows.</summary>
    public DateTimeOffset? Due { get; set; }

    public long Order { get; set; }

    public TimeSpan Period { get; set; }

    public bool Disposed { get; set; }

    public ClockWork? Work => work;

    /// <summary>
    /// A delay suspends the work that awaits it; a timeout (CancellationTokenSource, Task.WaitAsync) runs beside it. They differ only in the state that the framework passes.
    /// </summary>
    public bool IsDelay { get; } = state is Task && state.GetType().Name.StartsWith("DelayPromise", StringComparison.Ordinal);

    /// <summary>Made by code that certainly awaits it.</summary>
    public bool IsAwaited { get; } = _awaited;

    /// <summary>Whether the work counts this delay at present.</summary>
    public bool Counted { get; set; }

    /// <summary>A delay that the caller awaits at once and alone.</summary>
    public static Task DelayAsync(TimeSpan delay, TimeProvider clock, CancellationToken cancellationToken)
    {
        _awaited = true;
        try
        {
            return Task.Delay(delay, clock, cancellationToken);
        }
        finally
        {
            _awaited = false;
        }
    }

    public void Run() => _run();

    public bool Change(TimeSpan dueTime, TimeSpan period) => ledger.Change(this, dueTime, period);

    public void Dispose() => ledger.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static Action InFlow(TimerCallback callback, object? state) =>
        ExecutionContext.Capture() is { } context
            ? () => ExecutionContext.Run(context, s => callback(s), state)
            : () => callback(state);

    /// <summary>By due time, then by creation.</summary>
    public sealed class ByDue : IComparer<VirtualTimer>
    {
        public int Compare(VirtualTimer? x, VirtualTimer? y)
        {
            var byDue = Nullable.Compare(x?.Due, y?.Due);
            return byDue != 0 ? byDue : Nullable.Compare(x?.Order, y?.Order);
        }
    }
}
