namespace GitLabJira.LocalRuntime.Time;

/// <summary>Real time. Work is not counted, because real time does not wait.</summary>
public sealed class WallClock(TimeProvider time, TimeSpan offset = default) : RuntimeClock
{
    public WallClock()
        : this(System)
    {
    }

    public static WallClock Instance { get; } = new();

    public override bool IsVirtual => false;

    public override DateTimeOffset SharedUtcNow => time.GetUtcNow();

    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + offset;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    public override ValueTask<IDisposable> BeginWorkAsync(string what, CancellationToken ct = default) =>
        ValueTask.FromResult<IDisposable>(Nothing.Instance);

    public override Task DelayAsync(TimeSpan delay, bool callerWaits = false, CancellationToken ct = default) =>
        Task.Delay(delay, time, ct);

    public override ValueTask<ClockPoller> RegisterPollerAsync(string name, string? topic = null) => ValueTask.FromResult<ClockPoller>(new WallPoller(time));

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
            // Real time does not wait for work, so there is no end to report.
        }
    }
}
