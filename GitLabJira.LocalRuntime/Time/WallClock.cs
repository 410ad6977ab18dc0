namespace GitLabJira.LocalRuntime.Time;

/// <summary>The machine's time; work is not counted.</summary>
public sealed class WallClock : RuntimeClock
{
    private static readonly IDisposable Uncounted = new MemoryStream();

    public static WallClock Instance { get; } = new();

    public override bool IsVirtual => false;

    public override ValueTask<IDisposable> BeginWorkAsync(string what, CancellationToken ct = default) => ValueTask.FromResult(Uncounted);

    public override Task DelayAsync(TimeSpan delay, bool callerWaits = false, CancellationToken ct = default) => Task.Delay(delay, System, ct);
}
