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
        _renewing = Renewal.StartAsync(hub.Clock, TaskHub.TakenFor / 2, "renewal of an activity", RenewAsync, _stop.Token);
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

    private async Task<bool> RenewAsync()
    {
        if (await _hub.Work.MoveAsync([_item], _hub.Clock.SharedUtcNow + TaskHub.TakenFor, CancellationToken.None) is not [var renewed])
        {
            return false;
        }

        _item = renewed;
        return true;
    }
}
