namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Stores the results of activities that end at about the same time in one transaction: while one is under way, the others gather.</summary>
internal sealed class ActivityCompletions(WorkTable work)
{
    private const int PerTransaction = 45;

    private readonly Lock _gate = new();
    private readonly Queue<Completion> _waiting = new();
    private bool _storing;

    /// <returns>False when the activity is not this process's any more.</returns>
    public async Task<bool> CompleteAsync(string key, WorkItem result)
    {
        var completion = new Completion(key, result, new(TaskCreationOptions.RunContinuationsAsynchronously));
        bool first;
        lock (_gate)
        {
            _waiting.Enqueue(completion);
            first = !_storing;
            _storing = true;
        }

        if (first)
        {
            await StoreAllAsync();
        }

        return await completion.Stored.Task;
    }

    private async Task StoreAllAsync()
    {
        while (true)
        {
            var some = new List<Completion>();
            lock (_gate)
            {
                while (some.Count < PerTransaction && _waiting.TryDequeue(out var next))
                {
                    some.Add(next);
                }

                if (some.Count == 0)
                {
                    _storing = false;
                    return;
                }
            }

            await StoreAsync(some);
        }
    }

    private async Task StoreAsync(List<Completion> some)
    {
        try
        {
            if (await work.CompleteAsync(some.Select(c => (c.Key, c.Result)), CancellationToken.None))
            {
                some.ForEach(c => c.Stored.SetResult(true));
                return;
            }

            if (some is [var only])
            {
                only.Stored.SetResult(false);
                return;
            }
        }
        catch (Azure.RequestFailedException e)
        {
            some.ForEach(c => c.Stored.SetException(e));
            return;
        }

        // One of them has been taken over by another process: the others must not suffer for it.
        foreach (var one in some)
        {
            await StoreAsync([one]);
        }
    }

    private sealed record Completion(string Key, WorkItem Result, TaskCompletionSource<bool> Stored);
}
