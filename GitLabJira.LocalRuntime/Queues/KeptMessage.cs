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
        _renewing = Renewal.StartAsync(clock, QueueRules.TakenFor / 2, "renewal of a message", RenewAsync, _stop.Token);
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

    private async Task<bool> RenewAsync()
    {
        if (await _source.RenewAsync(_message, CancellationToken.None) is not { } renewed)
        {
            return false;
        }

        _message = renewed;
        return true;
    }
}
