namespace GitLabJira.LocalRuntime.Time;

internal sealed class WallPoller(TimeProvider time) : ClockPoller
{
    private readonly SemaphoreSlim _wake = new(0, 1);

    public override long Written => 0;

    public override async Task WaitAsync(DateTimeOffset? due, TimeSpan wallInterval, CancellationToken cancellationToken)
    {
        var wait = due - time.GetUtcNow() is { } left && left < wallInterval ? left : wallInterval;
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        using var timer = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval is over: time to look again.
        }
    }

    public override void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already awake; one look covers both.
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended.
        }
    }

    protected override void Dispose(bool disposing) => _wake.Dispose();
}
