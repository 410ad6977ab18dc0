using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace GitLabJira.LocalRuntime.Tests.Durable;

/// <summary>What the sample functions do; each test writes its own.</summary>
public sealed class DurableScript
{
    private readonly Lock _gate = new();
    private int _inside;

    public Func<TaskOrchestrationContext, Task<object?>> Main { get; set; } = _ => Task.FromResult<object?>(null);

    public Func<TaskOrchestrationContext, Task<object?>> Child { get; set; } = _ => Task.FromResult<object?>(null);

    public Func<string?, CancellationToken, Task<string?>> Activity { get; set; } = (input, _) => Task.FromResult(input);

    /// <summary>Inputs of the activities that began, in order.</summary>
    public ConcurrentQueue<string?> Began { get; } = [];

    public int MostAtOnce { get; private set; }

    public async Task<string?> RunActivityAsync(string? input, CancellationToken cancellationToken)
    {
        Began.Enqueue(input);
        Enter();
        try
        {
            return await Activity(input, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    private void Enter()
    {
        lock (_gate)
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_inside);
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _inside--;
        }
    }
}

public enum Colour
{
    Red,
    Green,
}

public sealed record Paint(string Name, Colour Colour, IReadOnlyList<int> Coats);

public sealed class MainOrchestrator(DurableScript script)
{
    [Function("Main")]
    public Task<object?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) => script.Main(context);
}

public sealed class ChildOrchestrator(DurableScript script)
{
    [Function("Child")]
    public Task<object?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) => script.Child(context);
}

public static class PaintOrchestrator
{
    [Function(nameof(PaintOrchestrator))]
    public static async Task<Paint> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, Paint paint) =>
        await context.CallActivityAsync<Paint>(nameof(Activities.Repaint), paint);
}

public sealed class Activities(DurableScript script)
{
    [Function("Act")]
    public Task<string?> RunAsync([ActivityTrigger] string? input, CancellationToken cancellationToken) => script.RunActivityAsync(input, cancellationToken);

    [Function(nameof(Repaint))]
    public static Paint Repaint([ActivityTrigger] Paint paint, string instanceId) =>
        paint with { Name = $"{paint.Name} of {instanceId}", Colour = Colour.Green, Coats = [.. paint.Coats, 9] };

    [Function(nameof(Quiet))]
    public static void Quiet([ActivityTrigger] int number)
    {
        // Only its end is of interest.
    }
}
