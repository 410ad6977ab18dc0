using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Relay.Convergence;

/// <summary>One thread, one clock: everything that waits is resumed in the order of its time, so a seed always gives the same run.</summary>
internal sealed class SimulatedTime(DateTimeOffset start)
{
    private const int MostSteps = 200_000;

    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Order)> _due = new();
    private readonly List<Task> _running = [];
    private long _order;

    public FakeTimeProvider Clock { get; } = new(start);

    public DateTimeOffset Now => Clock.GetUtcNow();

    public void At(DateTimeOffset due, Func<Task> work) => _due.Enqueue(() => _running.Add(work()), (due, _order++));

    public Task DelayAsync(TimeSpan delay)
    {
        var over = new TaskCompletionSource();
        _due.Enqueue(over.SetResult, (Now + delay, _order++));
        return over.Task;
    }

    public void Run()
    {
        for (var step = 0; _due.TryDequeue(out var next, out var key); step++)
        {
            if (step > MostSteps)
            {
                throw new InvalidOperationException("The simulation does not come to rest.");
            }

            if (key.Due > Now)
            {
                Clock.SetUtcNow(key.Due);
            }

            next();
        }

        foreach (var task in _running)
        {
            if (!task.IsCompleted)
            {
                throw new InvalidOperationException("Something waits for what never comes.");
            }

            task.GetAwaiter().GetResult();
        }
    }
}
