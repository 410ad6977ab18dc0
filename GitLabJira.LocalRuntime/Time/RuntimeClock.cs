namespace GitLabJira.LocalRuntime.Time;

/// <summary>Time that also knows what runs, so that virtual time can stand still meanwhile.</summary>
public abstract class RuntimeClock : TimeProvider
{
    public abstract bool IsVirtual { get; }

    /// <summary>Something runs in this process. Time stands still until the answer is disposed. Asynchronous because the authority must know before work starts.</summary>
    public abstract ValueTask<IDisposable> BeginWorkAsync(string what, CancellationToken ct = default);

    /// <summary>Waits in clock time inside work; the work does not count as running meanwhile.</summary>
    /// <param name="callerWaits">A stand-in delays an HTTP answer: the caller's work in the other process does not count either.</param>
    public abstract Task DelayAsync(TimeSpan delay, bool callerWaits = false, CancellationToken ct = default);
}
