namespace GitLabJira.LocalRuntime.Durable;

/// <summary>The one thread that an orchestrator ever runs on: continuations wait their turn, and end with the episode.</summary>
internal sealed class OrchestratorLoop : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly Lock _gate = new();
    private bool _closed;

    public void Run(Action action)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
            while (TryNext(out var next))
            {
                next.Callback(next.State);
            }
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>What comes later, from something that no orchestrator may await, is dropped.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _posted.Clear();
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _posted.Enqueue((d, state));
            }
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("An orchestrator has one thread and does not wait on it.");

    public override SynchronizationContext CreateCopy() => this;

    private bool TryNext(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_gate)
        {
            return _posted.TryDequeue(out next);
        }
    }
}
