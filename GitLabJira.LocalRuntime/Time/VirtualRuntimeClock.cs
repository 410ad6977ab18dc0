namespace GitLabJira.LocalRuntime.Time;

/// <summary>What the owner of the virtual clock and the processes that share it have in common.</summary>
public abstract class VirtualRuntimeClock : RuntimeClock
{
    private readonly TimeSpan _offset;

    private protected VirtualRuntimeClock(TimeSpan offset) => _offset = offset;

    public override bool IsVirtual => true;

    public override DateTimeOffset SharedUtcNow => Ledger.Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    private protected abstract ProcessLedger Ledger { get; }

    public override DateTimeOffset GetUtcNow() => Ledger.Now + _offset;

    public override long GetTimestamp() => Ledger.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Ledger.Add(callback, state, dueTime, period);
    }

    public override ValueTask<IDisposable> BeginWorkAsync(string what, CancellationToken ct = default) => Ledger.Begin(what);

    public override Task DelayAsync(TimeSpan delay, bool callerWaits = false, CancellationToken ct = default)
    {
        var alone = ClockWork.Current is not { } work || work.Ledger != Ledger;
        return callerWaits && alone && ClockWork.FindCallerSpan() is { } span
            ? DelayCallerAsync(span, delay, ct)
            : VirtualTimer.DelayAsync(delay, this, ct);
    }

    public override async ValueTask<ClockPoller> RegisterPollerAsync(string name, string? topic = null) => await Ledger.RegisterAsync(name, topic);

    public override void Changed(string topic) => Ledger.Changed(topic);

    /// <summary>What holds the time in this process, for a person who wonders why it stands still.</summary>
    public string DescribeWork() => Ledger.Describe();

    private async Task DelayCallerAsync(string span, TimeSpan delay, CancellationToken cancellationToken)
    {
        Ledger.CallerWaits(span);
        try
        {
            await Task.Delay(delay, this, cancellationToken);
        }
        finally
        {
            Ledger.CallerResumes(span);
        }
    }
}
