using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Tests.Invocation;

// Each class but Good has a function that the real tooling or host refuses; CA1822 and the like would have them otherwise.
public sealed class Good
{
    [Function("good-http")]
    public static IResult Http(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "administrators")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken token) =>
        TypedResults.Ok();

    [Function("good-timer")]
    [FixedDelayRetry(2, "00:00:01")]
    public static void Timer([TimerTrigger("0 0 0 * * *")] TimerInfo timer)
    {
        // Only its signature matters.
    }
}

public static class SameName
{
    [Function("GOOD-http")]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => TypedResults.Ok();
}

internal static class InternalClass
{
    [Function(nameof(InternalClass))]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => TypedResults.Ok();
}

public static class InternalMethod
{
    [Function(nameof(InternalMethod))]
    internal static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => TypedResults.Ok();
}

internal static class PublicInsideInternal
{
    public static class Inner
    {
        [Function(nameof(Inner))]
        public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => TypedResults.Ok();
    }
}

public static class NoTrigger
{
    [Function(nameof(NoTrigger))]
    public static void Run(string text)
    {
        // Only its signature matters.
    }
}

public static class TwoTriggers
{
    [Function(nameof(TwoTriggers))]
    public static void Run([QueueTrigger("q")] string text, [TimerTrigger("0 0 0 * * *")] TimerInfo timer)
    {
        // Only its signature matters.
    }
}

public static class RetryOnQueue
{
    [Function(nameof(RetryOnQueue))]
    [FixedDelayRetry(2, "00:00:01")]
    public static void Run([QueueTrigger("q")] string text)
    {
        // Only its signature matters.
    }
}

public static class RetryOnHttp
{
    [Function(nameof(RetryOnHttp))]
    [ExponentialBackoffRetry(2, "00:00:01", "00:00:05")]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => TypedResults.Ok();
}

public static class AdminRoute
{
    [Function(nameof(AdminRoute))]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "Admin/x")] HttpRequest request) => TypedResults.Ok();
}

public static class RuntimeRoute
{
    [Function(nameof(RuntimeRoute))]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "runtime")] HttpRequest request) => TypedResults.Ok();
}

public static class GenericMethod
{
    [Function(nameof(GenericMethod))]
    public static void Run<T>([QueueTrigger("q")] T message)
    {
        // Only its signature matters.
    }
}

public abstract class AbstractClass
{
    [Function(nameof(AbstractClass))]
    public void Run([QueueTrigger("q")] string message) => ToString();
}

public static class BadName
{
    [Function("bad name")]
    public static void Run([QueueTrigger("q")] string message)
    {
        // Only its signature matters.
    }
}

public static class AsyncVoid
{
    [Function(nameof(AsyncVoid))]
#pragma warning disable AsyncFixer03, VSTHRD100, MA0155, S3168
    public static async void Run([QueueTrigger("q")] string message) => await Task.Yield();
#pragma warning restore AsyncFixer03, VSTHRD100, MA0155, S3168
}
