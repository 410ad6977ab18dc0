using System.Collections.Concurrent;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Tests.Queues;

/// <summary>What the sample functions saw, and what they are to do.</summary>
public sealed class QueueRecord(TimeProvider clock)
{
    private readonly SemaphoreSlim _added = new(0);
    private readonly Lock _gate = new();
    private int _inside;

    public ConcurrentQueue<Seen> Seen { get; } = [];

    public int MostAtOnce { get; private set; }

    public Func<Seen, CancellationToken, Task> Behaviour { get; set; } = (_, _) => Task.CompletedTask;

    public async Task AddAsync(string text, FunctionContext context)
    {
        var seen = new Seen(text, clock.GetUtcNow(), (long)context.BindingContext.BindingData["DequeueCount"]!, context.BindingContext.BindingData);
        Enter();
        Seen.Enqueue(seen);
        _added.Release();
        try
        {
            await Behaviour(seen, context.CancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    public async Task WaitAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            // In real time, on a machine that may be busy with other tests.
            Assert.IsTrue(await _added.WaitAsync(TimeSpan.FromMinutes(2), cancellationToken), $"{i} of {count} messages came");
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

public sealed record Seen(string Text, DateTimeOffset At, long DequeueCount, IReadOnlyDictionary<string, object?> BindingData);

public sealed record Order(string Name, int Count);

public sealed class TextFunction(QueueRecord record)
{
    [Function(nameof(TextFunction))]
    public Task RunAsync([QueueTrigger("%QUEUE%")] string message, FunctionContext context) => record.AddAsync(message, context);
}

public sealed class BytesFunction(QueueRecord record)
{
    [Function(nameof(BytesFunction))]
    public Task RunAsync([QueueTrigger("%QUEUE%")] byte[] message, FunctionContext context) => record.AddAsync(Convert.ToHexString(message), context);
}

public sealed class DataFunction(QueueRecord record)
{
    [Function(nameof(DataFunction))]
    public Task RunAsync([QueueTrigger("%QUEUE%")] BinaryData message, FunctionContext context) => record.AddAsync(message.ToString(), context);
}

public sealed class JsonFunction(QueueRecord record)
{
    [Function(nameof(JsonFunction))]
    public Task RunAsync([QueueTrigger("%QUEUE%")] Order message, FunctionContext context) => record.AddAsync($"{message.Name} {message.Count}", context);
}

public sealed class MessageFunction(QueueRecord record)
{
    [Function(nameof(MessageFunction))]
    public Task RunAsync([QueueTrigger("%QUEUE%")] QueueMessage message, FunctionContext context) =>
        record.AddAsync($"{message.Body} {message.DequeueCount} {message.MessageId == (string)context.BindingContext.BindingData["Id"]!}", context);
}

public sealed class PoisonFunction(QueueRecord record)
{
    [Function(nameof(PoisonFunction))]
    public Task RunAsync([QueueTrigger("%QUEUE%-poison")] BinaryData message, FunctionContext context) => record.AddAsync($"poison {message}", context);
}
