using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>The site's view of time: the common clock, plus an offset when the site's clock is wrong.</summary>
internal sealed class SiteClock(RuntimeClock clock, Faults faults)
{
    public DateTimeOffset Now => clock.GetUtcNow() + faults.ClockOffset;

    /// <summary>Lets an answer wait. The caller waits with it, so its work must not hold the clock.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => clock.DelayAsync(delay, callerWaits: true, cancellationToken);

    /// <summary>Time stands still while the site works.</summary>
    public ValueTask<IDisposable> BeginWorkAsync(string what, CancellationToken cancellationToken) => clock.BeginWorkAsync(what, cancellationToken);
}
