using System.Globalization;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.OAuth;
using GitLabJira.Sandbox.GitLab.Rest;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab;

/// <summary>The first thing that a request meets: the faults that are switched on, then the API, OAuth or a page.</summary>
internal sealed class SiteFront(GitLabSite site, GitLabSiteOptions options)
{
    private readonly ApiFront _api = new(site, options.RateLimits);
    private readonly OAuthEndpoints _oauth = new(site);
    private readonly Pages.PageFront _pages = new(site);

    public async Task AnswerAsync(HttpContext http)
    {
        var path = ApiRequest.RawPath(http);

        if (!path.StartsWith(options.RelativeRoot, StringComparison.Ordinal))
        {
            await SiteHttp.WriteTextAsync(http, 404, "Not found");
            return;
        }

        path = path[options.RelativeRoot.Length..];
        http.Response.Headers.Date = site.Now.ToString("R", CultureInfo.InvariantCulture);
        http.Response.Headers["X-Request-Id"] = http.TraceIdentifier;
        var faults = path.StartsWith(Pages.PageFront.ControlRoot, StringComparison.Ordinal) ? [] : site.Faults.Hit(http.Request.Method, path);

        if (await FailAsync(http, path, faults))
        {
            return;
        }

        if (faults.Any(fault => fault.Kind is FaultKind.LoseAnswer))
        {
            // Carried out in full, but nobody hears of it.
            http.Response.Body = Stream.Null;
            await DispatchAsync(http, path, faults);
            http.Abort();
            return;
        }

        await DispatchAsync(http, path, faults);
    }

    private async Task DispatchAsync(HttpContext http, string path, IReadOnlyList<Fault> faults)
    {
        if (path.StartsWith(ApiFront.Root, StringComparison.Ordinal))
        {
            await _api.AnswerAsync(http, path);
            return;
        }

        if (await _oauth.TryAnswerAsync(http, path, faults))
        {
            site.RequestLog.Add(new LoggedRequest(site.Now, $"{http.Request.Method} {path.TrimStart('/')}", path, null, http.Response.StatusCode));
            return;
        }

        await _pages.AnswerAsync(http, path);
    }

    /// <summary>True when the fault was the answer.</summary>
    private async Task<bool> FailAsync(HttpContext http, string path, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.Delay:
                    await options.Clock.DelayAsync(fault.Delay, callerWaits: true, http.RequestAborted);
                    break;

                case FaultKind.Drop:
                    Log(http, path, 0);
                    http.Abort();
                    return true;

                case FaultKind.RateLimit:
                    var wait = (int)(fault.RetryAfter ?? TimeSpan.FromSeconds(30)).TotalSeconds;
                    RequestThrottle.WriteHeaders(http, "throttle_authenticated_api", options.RateLimits.PerUser, options.RateLimits.PerUser + 1, site.Now);
                    http.Response.Headers["RateLimit-Reset"] = site.Now.AddSeconds(wait).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                    http.Response.Headers["RateLimit-ResetTime"] = site.Now.AddSeconds(wait).ToString("R", CultureInfo.InvariantCulture);
                    await ApiFront.RetryLaterAsync(http, wait);
                    Log(http, path, 429);
                    return true;

                case FaultKind.Status:
                    await SiteHttp.WriteTextAsync(http, fault.Status, $"<html><body><h1>{fault.Status}</h1><p>GitLab is not responding.</p></body></html>", "text/html");
                    Log(http, path, fault.Status);
                    return true;

                default:
                    break;
            }
        }

        return false;
    }

    private void Log(HttpContext http, string path, int status) => site.RequestLog.Add(new LoggedRequest(site.Now, $"{http.Request.Method} (fault)", path, null, status));
}
