namespace GitLabJira.Functions.Hosting;

/// <summary>Something that one invocation of this process waits for and another one gives.</summary>
/// <remarks>The wait is made of delays on the clock, so that it counts as waiting and not as work: under a virtual clock time must go on for whoever is to give, and under a real one a minute's timer costs nothing.</remarks>
/// <param name="clock">Null when whoever is to give waits for no clock, and may be of the same invocation: then it counts as work.</param>
public sealed class Handover<T>(TimeProvider? clock) : IDisposable
{
    private static readonly TimeSpan Nap = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource<T> _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _wake = new();

    public async Task<T> WaitAsync()
    {
        while (clock is not null && !_given.Task.IsCompleted)
        {
            try
            {
                await Task.Delay(Nap, clock, _wake.Token);
            }
            catch (OperationCanceledException) when (_given.Task.IsCompleted)
            {
                // Given.
            }
        }

        return await _given.Task;
    }

    /// <summary>Call outside of locks: the one who waits may run at once.</summary>
    public void Give(T value) => Wake(_given.TrySetResult(value));

    public void Fail(Exception failure) => Wake(_given.TrySetException(failure));

    public void Cancel(CancellationToken cancellationToken) => Wake(_given.TrySetCanceled(cancellationToken));

    public void Dispose() => _wake.Dispose();

    private void Wake(bool first)
    {
        // Without a clock nothing sleeps: who waited goes on at once, and may be through with this by now.
        if (first && clock is not null)
        {
            _wake.Cancel();
        }
    }
}
