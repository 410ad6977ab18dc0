namespace GitLabJira.LocalRuntime.Time;

/// <summary>The clock of one process. Besides the time it knows what runs, so that a virtual clock can stand still meanwhile.</summary>
public abstract class RuntimeClock : TimeProvider
{
    /// <summary>Names the address of the virtual clock that a process shares; absent means wall time.</summary>
    public const string AddressVariable = "GITLABJIRA_CLOCK";

    /// <summary>Shifts what <see cref="TimeProvider.GetUtcNow"/> says in one process, as a badly set machine would.</summary>
    public const string OffsetVariable = "GITLABJIRA_CLOCK_OFFSET_MS";

    public abstract bool IsVirtual { get; }

    /// <summary>Cancelled when the owner of a shared clock is gone: this process can do nothing more.</summary>
    public virtual CancellationToken Lost => CancellationToken.None;

    /// <summary>The time that all processes share, without this process's offset. Leases and due times are counted in it, as a storage service would.</summary>
    public abstract DateTimeOffset SharedUtcNow { get; }

    /// <summary>
    /// Something runs in this process; time stands still until the result is disposed. Work begun inside of other work (by async flow) belongs to it:
    /// when the inner one waits for time, the outer one waits as well. A loop that starts work and goes on must therefore begin it inside of the async method
    /// that does the work (its synchronous first part is enough), not in the loop's own flow.
    /// </summary>
    public abstract ValueTask<IDisposable> BeginWorkAsync(string what, CancellationToken ct = default);

    /// <summary>
    /// Waits in clock time; the work around it does not count as running meanwhile. The request that the work answers waits too, in whatever process.
    /// Without work around it, <paramref name="callerWaits"/> says that the caller of the current HTTP request waits for this.
    /// </summary>
    public abstract Task DelayAsync(TimeSpan delay, bool callerWaits = false, CancellationToken ct = default);

    /// <summary>Something that looks for work again and again. Time stands still until it has looked and found nothing.</summary>
    /// <param name="topic">It looks in one place only, and whoever writes there calls <see cref="Changed"/> (for queues of the storage that is done). Null: it looks whenever anybody has worked.</param>
    public abstract ValueTask<ClockPoller> RegisterPollerAsync(string name, string? topic = null);

    /// <summary>Somebody who looks for work of this topic may find some.</summary>
    public virtual void Changed(string topic)
    {
        // In real time everybody looks after a while.
    }

    /// <summary>The process has started and looks for work. Before, a virtual clock stands still for it.</summary>
    public virtual void Ready()
    {
        // Real time does not wait for processes to start.
    }
}
