namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// Tells the clock whether a polling loop looks or waits. The loop looks, begins work for what it found (<see cref="RuntimeClock.BeginWorkAsync"/>),
/// and calls <see cref="WaitAsync"/>; when that returns, it looks again.
/// </summary>
public abstract class ClockPoller : IDisposable
{
    /// <summary>Another number than before: something was written that may concern this loop. Only a virtual clock knows of it.</summary>
    public abstract long Written { get; }

    /// <summary>
    /// Nothing to do before <paramref name="due"/> (null: never). Returns when that time has come, after <see cref="Wake"/>, under wall time after <paramref name="wallInterval"/>,
    /// under virtual time when anything may have changed since the look that just ended began.
    /// </summary>
    public abstract Task WaitAsync(DateTimeOffset? due, TimeSpan wallInterval, CancellationToken cancellationToken);

    /// <summary>This process knows that there is something to look for, or has room again.</summary>
    public abstract void Wake();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
