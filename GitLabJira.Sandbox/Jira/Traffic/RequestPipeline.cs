using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>What every request goes through: the log, the site's own state, faults, rate limits.</summary>
internal sealed class RequestPipeline(JiraSite site, RateLimits limits, FaultPlayer faults)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        using var work = await site.Clock.BeginWorkAsync($"{context.Request.Method} {context.Request.Path}", CancellationToken.None);
        var request = new SiteRequest(site.RequestLog.NextNumber(), site.Clock.Now);
        context.Features.Set(request);
        try
        {
            if (!IsElsewhere(context))
            {
                await faults.InvokeAsync(context, c => IsApi(c) && !limits.TryPass(c) ? Task.CompletedTask : next(c));
            }
        }
        finally
        {
            if (IsApi(context) && !request.Cut && context.Response.StatusCode == StatusCodes.Status404NotFound && context.GetEndpoint() is null)
            {
                site.Violations.Add(ViolationKind.UnknownEndpoint, $"{context.Request.Method} {context.Request.Path}", request.Number);
            }

            site.RequestLog.Add(new(
                request.Number,
                request.At,
                context.Request.Method,
                context.Request.Path,
                QueryWithoutTokens(context.Request.Query),
                request.Cut ? 0 : context.Response.StatusCode,
                site.Clock.Now - request.At,
                request.Fault,
                request.Post,
                request.Body));
        }
    }

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/rest", StringComparison.Ordinal);

    private static string QueryWithoutTokens(IQueryCollection query) =>
        string.Join('&', query.SelectMany(q => q.Value.Select(v => $"{q.Key}={(q.Key == "jwt" ? "…" : v)}")));

    private bool IsElsewhere(HttpContext context)
    {
        if (site.Suspended)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return true;
        }

        if (context.Request.Host.Port == site.BaseUrl.Port)
        {
            return false;
        }

        context.Response.Redirect(new Uri(site.BaseUrl, context.Request.Path + context.Request.QueryString).AbsoluteUri);
        return true;
    }
}
