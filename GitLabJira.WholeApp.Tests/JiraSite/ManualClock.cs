using GitLabJira.LocalRuntime.Time;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.WholeApp.Tests.Jira;

/// <summary>Time that a test moves by hand.</summary>
internal sealed class ManualClock : RuntimeClock
{
    private static readonly IDisposable Uncounted = new MemoryStream();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    public override bool IsVirtual => true;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _time.CreateTimer(callback, state, dueTime, period);

    public override ValueTask<IDisposable> BeginWorkAsync(string what, CancellationToken ct = default) => ValueTask.FromResult(Uncounted);

    public override Task DelayAsync(TimeSpan delay, bool callerWaits = false, CancellationToken ct = default) => Task.Delay(delay, _time, ct);

    public void Advance(TimeSpan by) => _time.Advance(by);
}
