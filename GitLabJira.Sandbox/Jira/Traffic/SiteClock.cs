namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>The site's view of time: the common clock, plus an offset when the site's clock is wrong.</summary>
internal sealed class SiteClock(TimeProvider time, Faults faults)
{
    public DateTimeOffset Now => time.GetUtcNow() + faults.ClockOffset;

    /// <summary>Lets an answer wait. The caller waits with it.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, time, cancellationToken);

    /// <summary>Time stands still while the site works.</summary>
    public ValueTask<IDisposable> BeginWorkAsync(string what, CancellationToken cancellationToken)
    {
        _ = what;
        _ = cancellationToken;
        return ValueTask.FromResult<IDisposable>(new MemoryStream());
    }
}
