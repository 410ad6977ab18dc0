using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>Plays faults on requests.</summary>
internal sealed class FaultPlayer(Faults faults, SiteClock clock)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (faults.Take(context.Request.Method, context.Request.Path) is not { } fault)
        {
            await next(context);
            return;
        }

        var request = SiteRequest.Of(context);
        request.Fault = fault.Kind.ToString();
        switch (fault.Kind)
        {
            case FaultKind.Delay:
                await clock.DelayAsync(fault.By, context.RequestAborted);
                await next(context);
                break;
            case FaultKind.Drop:
                Cut(context, request);
                break;
            case FaultKind.Status:
                Refuse(context.Response, fault);
                break;
            case FaultKind.Reset:
                await AnswerHalfAsync(context, next);
                Cut(context, request);
                break;
            case FaultKind.LoseAnswer:
                await BufferAsync(context, next);
                Cut(context, request);
                break;
        }
    }

    private static void Cut(HttpContext context, SiteRequest request)
    {
        request.Cut = true;
        context.Abort();
    }

    private static async Task AnswerHalfAsync(HttpContext context, RequestDelegate next)
    {
        var body = await BufferAsync(context, next);
        context.Response.ContentLength = body.Length + 64;
        await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static async Task<byte[]> BufferAsync(HttpContext context, RequestDelegate next)
    {
        var wire = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = wire;
        }

        return buffer.ToArray();
    }

    private void Refuse(HttpResponse response, Fault fault)
    {
        response.StatusCode = fault.StatusCode;
        if (fault.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (fault.StatusCode == StatusCodes.Status429TooManyRequests)
        {
            response.Headers["X-RateLimit-Remaining"] = "0";
            response.Headers["X-RateLimit-Reset"] = RateLimits.Timestamp(clock.Now + (fault.RetryAfter ?? TimeSpan.FromMinutes(1)));
        }

        if (fault.Reason is { } reason)
        {
            response.Headers["RateLimit-Reason"] = reason;
        }
    }
}
