using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Tests.Invocation;

public enum SampleKind
{
    None = 0,
    First = 1,
    Second = 2,
}

public sealed record SamplePoco(string Name, int Number, SampleKind Kind);

/// <summary>Functions that a test calls as a listener does; the queue is never asked.</summary>
public static class InvokedSamples
{
    private const string Queue = "never-polled";

    [Function(nameof(Text))]
    public static string Text([QueueTrigger(Queue)] string message) => message;

    [Function(nameof(Bytes))]
    public static string Bytes([QueueTrigger(Queue)] byte[] message) => message.Length.ToString(CultureInfo.InvariantCulture);

    [Function(nameof(Binary))]
    public static string Binary([QueueTrigger(Queue)] BinaryData message) => message.ToString();

    [Function(nameof(Poco))]
    public static string Poco([QueueTrigger(Queue)] SamplePoco message) => $"{message.Name} {message.Number} {message.Kind}";

    [Function(nameof(Number))]
    public static string Number([QueueTrigger(Queue)] int message) => message.ToString(CultureInfo.InvariantCulture);

    [Function(nameof(Id))]
    public static string Id([QueueTrigger(Queue)] Guid message) => message.ToString();

    [Function(nameof(Others))]
    public static string Others([QueueTrigger(Queue)] string message, int dequeueCount, string input, string other = "default") =>
        $"{message} {dequeueCount} {input} {other}";

    [Function(nameof(Client))]
    public static string Client([QueueTrigger(Queue)] string message, [DurableClient(TaskHub = "Other")] DurableTaskClient client) => client.Name;

    [Function(nameof(Context))]
    public static string Context([QueueTrigger(Queue)] string message, FunctionContext context, CancellationToken cancellationToken) =>
        $"{context.FunctionDefinition.Name} {context.RetryContext.RetryCount}/{context.RetryContext.MaxRetryCount} {context.Items["key"]} "
        + (Guid.TryParse(context.InvocationId, out _) && context.CancellationToken == cancellationToken && context.FunctionId == context.FunctionDefinition.Id);

    [Function(nameof(Nothing))]
    public static void Nothing([QueueTrigger(Queue)] string message)
    {
        // Returns nothing.
    }

    [Function(nameof(PlainTask))]
    public static async Task PlainTask([QueueTrigger(Queue)] string message) => await Task.Yield();

    [Function(nameof(PlainValueTask))]
    public static async ValueTask PlainValueTask([QueueTrigger(Queue)] string message) => await Task.Yield();

    [Function(nameof(Derived))]
    public static Task Derived([QueueTrigger(Queue)] string message) => Task.FromResult(message);

    [Function(nameof(TaskOf))]
    public static async Task<string> TaskOf([QueueTrigger(Queue)] string message)
    {
        await Task.Yield();
        return "task " + message;
    }

    [Function(nameof(ValueTaskOf))]
    public static async ValueTask<string> ValueTaskOf([QueueTrigger(Queue)] string message)
    {
        await Task.Yield();
        return "value task " + message;
    }

    [Function(nameof(ThrowsAtOnce))]
    public static string ThrowsAtOnce([QueueTrigger(Queue)] string message) => throw new TimeoutException();

    [Function(nameof(ThrowsLater))]
    public static async Task<string> ThrowsLater([QueueTrigger(Queue)] string message)
    {
        await Task.Yield();
        throw new TimeoutException();
    }

    [Function(nameof(Thread))]
    public static async Task<int> Thread([QueueTrigger(Queue)] string message)
    {
        await Task.CompletedTask;
        return Environment.CurrentManagedThreadId;
    }
}
