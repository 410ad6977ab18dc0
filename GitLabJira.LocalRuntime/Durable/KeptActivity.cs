using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Keeps an activity for this process while it runs.</summary>
internal sealed class KeptActivity : IAsyncDisposable
{
    private readonly TaskHub _hub;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;
    private WorkItem _item;

    public KeptActivity(TaskHub hub, WorkItem item)
    {
        _hub = hub;
        _item = item;
        _renewing = Detached.Run(RenewAsync);
    }

    /// <returns>The item with its latest key.</returns>
    public async Task<WorkItem> StopAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        return _item;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(TaskHub.TakenFor / 2, _hub.Clock, _stop.Token);
                using var work = await _hub.Clock.BeginWorkAsync("renewal of an activity", CancellationToken.None);
                if (await _hub.Work.MoveAsync([_item], _hub.Clock.SharedUtcNow + TaskHub.TakenFor, CancellationToken.None) is not [var renewed])
                {
                    return;
                }

                _item = renewed;
            }
        }
        catch (OperationCanceledException)
        {
            // The activity has ended.
        }
        catch (Azure.RequestFailedException)
        {
            // Not renewed: it may run twice, which an activity must bear anyhow.
        }
    }
}
