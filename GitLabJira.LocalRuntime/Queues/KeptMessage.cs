using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Queues;

/// <summary>Renews a message at half its time while its function runs, as the real host does.</summary>
internal sealed class KeptMessage : IAsyncDisposable
{
    private readonly IQueueSource _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;
    private TakenMessage _message;

    public KeptMessage(IQueueSource source, TakenMessage message, RuntimeClock clock)
    {
        _source = source;
        _message = message;

        // Outside of the work's flow: this delay is not one that the work waits for.
        _renewing = Detached.Run(() => RenewAsync(clock));
    }

    /// <returns>The message with its latest receipt.</returns>
    public async Task<TakenMessage> StopAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        return _message;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RenewAsync(RuntimeClock clock)
    {
        try
        {
            while (true)
            {
                await Task.Delay(QueueRules.TakenFor / 2, clock, _stop.Token);
                using var work = await clock.BeginWorkAsync("renewal of a message", CancellationToken.None);
                if (await _source.RenewAsync(_message, CancellationToken.None) is not { } renewed)
                {
                    return;
                }

                _message = renewed;
            }
        }
        catch (OperationCanceledException)
        {
            // The function has ended.
        }
        catch (Azure.RequestFailedException)
        {
            // Not renewed: it may be seen twice, which a function must bear anyhow.
        }
    }
}
