namespace GitLabJira.LocalRuntime.Time;

/// <summary>Loops of this process that look for work, and what has changed for them.</summary>
internal sealed partial class ProcessLedger
{
    /// <summary>Whoever looks for work of this topic may find some.</summary>
    public void Changed(string topic)
    {
        lock (_gate)
        {
            var change = ClockChanges.Of(topic);
            _changed = _changed.And(change);
            _link.Changed(change);

            if (_running == 0)
            {
                if (_idle)
                {
                    _idle = false;
                    _known = _link.LookAsync();
                }

                ReleaseConcerned();
                Consider();
            }
        }
    }

    public async Task<VirtualPoller> RegisterAsync(string name, string? topic)
    {
        var poller = new VirtualPoller(this, name, topic);
        Task known;
        lock (_gate)
        {
            _pollers.Add(poller);
            _link.Polls();
            if (_idle)
            {
                _idle = false;
                _known = _link.LookAsync();
            }

            known = _known;
        }

        await known;
        return poller;
    }

    public void Remove(VirtualPoller poller)
    {
        lock (_gate)
        {
            _pollers.Remove(poller);
            poller.Waiting?.TrySetCanceled();
            Consider();
        }
    }

    public async Task WaitAsync(VirtualPoller poller, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource waiting;

        lock (_gate)
        {
            if (poller.Woken || poller.Seen != poller.Changes || due <= Now)
            {
                // What changed while it looked may have been behind it.
                poller.Woken = false;
                poller.Seen = poller.Changes;
                waiting = new();
                waiting.SetResult();
            }
            else
            {
                waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                poller.Due = due;
                poller.Waiting = waiting;
                Consider();
            }
        }

        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiting))
        {
            await waiting.Task;
        }

        Task known;
        lock (_gate)
        {
            known = _known;
        }

        await known;
    }

    public long WrittenFor(VirtualPoller poller)
    {
        lock (_gate)
        {
            return poller.Changes;
        }
    }

    public void Wake(VirtualPoller poller)
    {
        lock (_gate)
        {
            poller.Woken = true;
            if (poller.Waiting is null)
            {
                return;
            }

            if (_idle)
            {
                _idle = false;
                _known = _link.LookAsync();
            }

            Release(poller);
        }
    }

    private void ReleaseConcerned()
    {
        foreach (var poller in _pollers.Where(p => _changed.Concern(p.Topic)))
        {
            poller.Changes++;
            Release(poller);
        }

        _changed = ClockChanges.None;
    }

    private static void Release(VirtualPoller poller)
    {
        if (poller.Waiting is { } waiting)
        {
            poller.Waiting = null;
            poller.Woken = false;
            poller.Seen = poller.Changes;
            waiting.TrySetResult();
        }
    }
}
