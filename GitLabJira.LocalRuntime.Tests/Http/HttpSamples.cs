using System.Globalization;
using GitLabJira.LocalRuntime.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Tests.Http;

/// <summary>Functions with every kind of route, parameter and answer.</summary>
public static class RouteSamples
{
    [Function(nameof(Plain))]
    public static IResult Plain([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => TypedResults.Text("plain " + request.Method);

    [Function(nameof(AnyMethod))]
    public static IResult AnyMethod([HttpTrigger(AuthorizationLevel.Anonymous, Route = "any")] HttpRequest request) => TypedResults.Text(request.Method);

    [Function(nameof(ByGuid))]
    public static IResult ByGuid([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "links/{linkId:guid}")] HttpRequest request, Guid linkId) =>
        TypedResults.Text(linkId.ToString("N"));

    [Function(nameof(PostSameRoute))]
    public static IResult PostSameRoute([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "links/{linkId:guid}")] HttpRequest request, Guid linkId) =>
        TypedResults.Text("posted " + linkId.ToString("N"));

    [Function(nameof(Optional))]
    public static IResult Optional([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "optional/{part?}")] HttpRequest request, string? part) =>
        TypedResults.Text(part ?? "none");

    [Function(nameof(CatchAll))]
    public static IResult CatchAll([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "files/{*path}")] HttpRequest request, string? path) =>
        TypedResults.Text(path ?? "none");

    [Function(nameof(Literal))]
    public static IResult Literal([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "files/known")] HttpRequest request) => TypedResults.Text("literal");

    [Function(nameof(Regex))]
    public static IResult Regex([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = @"key/{key:regex(^[A-Z]+-\d+$)}")] HttpRequest request, string key) =>
        TypedResults.Text(key);

    [Function(nameof(Typed))]
    public static IResult Typed(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "typed/{id:int}")] HttpRequest request, int id, DateTimeOffset? since, bool flag = true) =>
        TypedResults.Text(string.Create(CultureInfo.InvariantCulture, $"{id} {since:yyyy} {flag}"));

    [Function(nameof(Needs))]
    public static IResult Needs([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "needs")] HttpRequest request, int number) =>
        TypedResults.Text(number.ToString(CultureInfo.InvariantCulture));
}

public static class AnswerSamples
{
    [Function(nameof(Action))]
    public static IActionResult Action([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "action")] HttpRequest request) =>
        new ObjectResult(new { SomeName = 1 }) { StatusCode = StatusCodes.Status201Created };

    [Function(nameof(Redirect))]
    public static IActionResult Redirect([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "redirect")] HttpRequest request) =>
        new RedirectResult("https://example.com/");

    [Function(nameof(Result))]
    public static async Task<IResult> Result([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "result")] HttpRequest request)
    {
        await Task.Yield();
        request.HttpContext.Response.Headers["x-before"] = "yes";
        return TypedResults.Json(new { SomeName = 1 });
    }

    [Function(nameof(Poco))]
    public static ScheduleStatus Poco([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "poco")] HttpRequest request) => new();

    [Function(nameof(Text))]
    public static ValueTask<string> Text([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "text")] HttpRequest request) => ValueTask.FromResult("text");

    [Function(nameof(Nothing))]
    public static void Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "nothing")] HttpRequest request)
    {
        // Answers with an empty 200.
    }

    [Function(nameof(Writes))]
    public static async Task Writes([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "writes")] HttpRequest request) =>
        await request.HttpContext.Response.WriteAsync("written");

    [Function(nameof(Throws))]
    public static Task<IResult> Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throws")] HttpRequest request) =>
        throw new InvalidOperationException("What went wrong.");

    [Function(nameof(Length))]
    public static async Task<IResult> Length([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "length")] HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return TypedResults.Text(body.Length.ToString(CultureInfo.InvariantCulture));
    }

    [Function(nameof(Forwarded))]
    public static IResult Forwarded([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "forwarded")] HttpRequest request) =>
        TypedResults.Text($"{request.Scheme} {request.Host.Host} {request.Headers.Keys.Any(k => k.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase))}");
}

public static class KeySamples
{
    [Function(nameof(Open))]
    public static IResult Open([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => TypedResults.Ok();

    [Function(nameof(ByKey))]
    public static IResult ByKey([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => TypedResults.Ok();

    [Function(nameof(ByDefault))]
    public static IResult ByDefault([HttpTrigger("get")] HttpRequest request) => TypedResults.Ok();

    [Function(nameof(Admin))]
    public static IResult Admin([HttpTrigger(AuthorizationLevel.Admin, Route = "administration")] HttpRequest request) => TypedResults.Ok();
}

/// <summary>Waits as the test says.</summary>
public sealed class WaitingSample(RuntimeClock clock, WaitingProbe probe)
{
    [Function(nameof(WaitForCaller))]
    public async Task<IResult> WaitForCaller([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "wait")] HttpRequest request, CancellationToken cancellationToken)
    {
        probe.Started.TrySetResult();

        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            probe.Cancelled.TrySetResult();
            throw;
        }

        return TypedResults.Ok();
    }

    [Function(nameof(WaitAnHour))]
    public async Task<IResult> WaitAnHour([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hour")] HttpRequest request, CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow();
        await Task.Delay(TimeSpan.FromHours(1), clock, cancellationToken);
        return TypedResults.Text((clock.GetUtcNow() - before).ToString());
    }
}

public sealed class WaitingProbe
{
    public TaskCompletionSource Started { get; } = new();

    public TaskCompletionSource Cancelled { get; } = new();
}

/// <summary>What an app adds once for each invocation.</summary>
public sealed class ScopedThing : IDisposable
{
    public Guid Id { get; } = Guid.NewGuid();

    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}

public sealed class ScopeSample(ScopedThing thing)
{
    [Function(nameof(Scope))]
    public IResult Scope([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "scope")] HttpRequest request, FunctionContext context) =>
        TypedResults.Text($"{thing.Id} {Same(request.HttpContext.RequestServices)} {Same(context.InstanceServices)} {context.GetHttpContext() == request.HttpContext} {thing.IsDisposed}");

    private bool Same(IServiceProvider services) => ReferenceEquals(services.GetService(typeof(ScopedThing)), thing);
}
