using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>
/// How much an app may ask. Off unless set: only the headers of the development information API's one-minute window are always there.
/// The published defaults are 65,000 points an hour for the app over all its tenants, and 100 POST or 50 DELETE a second for each tenant and endpoint.
/// </summary>
public sealed record RateLimitOptions
{
    /// <summary>What the headers say; it is enforced only with <see cref="EnforceDevInfoPerMinute"/>.</summary>
    public int DevInfoPerMinute { get; init; } = 5000;

    public bool EnforceDevInfoPerMinute { get; init; }

    public HourlyQuota? Hourly { get; init; }

    /// <summary>Enforces the token buckets for each endpoint and method.</summary>
    public bool EnforceBurst { get; init; }

    public static int BurstPerSecond(string method, string path) => method switch
    {
        "DELETE" when path.StartsWith("/rest/devinfo/0.10/repository/", StringComparison.Ordinal) => 200,
        "DELETE" when path.StartsWith("/rest/builds/0.1/bulkByProperties", StringComparison.Ordinal) => 100,
        "GET" when path.StartsWith("/rest/api/3/issue/", StringComparison.Ordinal) || path.StartsWith("/rest/api/3/user", StringComparison.Ordinal) => 150,
        "GET" or "POST" => 100,
        _ => 50,
    };
}

/// <summary>The app's points of an hour. Give one to several sites: Atlassian counts over all tenants together.</summary>
public sealed class HourlyQuota(int points = 65_000)
{
    private readonly Lock _lock = new();
    private long _hour;
    private int _used;

    public int Points => points;

    internal bool TryTake(int cost, DateTimeOffset now, out int left)
    {
        lock (_lock)
        {
            var hour = now.ToUnixTimeSeconds() / 3600;
            (_hour, _used) = hour == _hour ? (_hour, _used) : (hour, 0);
            var fits = _used + cost <= points;
            _used += fits ? cost : 0;
            left = points - _used;
            return fits;
        }
    }
}

/// <summary>Counts an app's requests on one site and refuses what is over a limit, with the headers that Jira sends.</summary>
internal sealed class RateLimits(RateLimitOptions options, SiteClock clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _buckets = new(StringComparer.Ordinal);
    private long _minute;
    private int _usedThisMinute;

    public static string Timestamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>False when the request was refused; the answer is set then.</summary>
    public bool TryPass(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var now = clock.Now;
        if (path.StartsWith("/rest/devinfo/", StringComparison.Ordinal) && !CountMinute(context.Response, now) && options.EnforceDevInfoPerMinute)
        {
            return Refuse(context.Response, NextMinute(now) - now, null);
        }

        if (options.Hourly is { } hourly && !CountHour(context, hourly, now))
        {
            return Refuse(context.Response, NextHour(now) - now, "jira-quota-global-based");
        }

        return !options.EnforceBurst || TakeToken(context.Request.Method, path, now) || Refuse(context.Response, TimeSpan.FromSeconds(1), "jira-burst-based");
    }

    private static DateTimeOffset NextMinute(DateTimeOffset now) => DateTimeOffset.FromUnixTimeSeconds(((now.ToUnixTimeSeconds() / 60) + 1) * 60);

    private static DateTimeOffset NextHour(DateTimeOffset now) => DateTimeOffset.FromUnixTimeSeconds(((now.ToUnixTimeSeconds() / 3600) + 1) * 3600);

    private static bool Refuse(HttpResponse response, TimeSpan wait, string? reason)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (reason is not null)
        {
            response.Headers["RateLimit-Reason"] = reason;
        }

        return false;
    }

    private static bool CountHour(HttpContext context, HourlyQuota hourly, DateTimeOffset now)
    {
        // A write costs one point; a read one more for the object, two for a person.
        var cost = context.Request.Method != "GET" ? 1 : context.Request.Path.StartsWithSegments("/rest/api/3/user", StringComparison.Ordinal) ? 3 : 2;
        var fits = hourly.TryTake(cost, now, out var left);
        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"global-app-quota\";q={hourly.Points};w=3600");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"global-app-quota\";r={left};t={(int)(NextHour(now) - now).TotalSeconds}");
        if (left < hourly.Points / 5)
        {
            headers["X-RateLimit-NearLimit"] = "true";
        }

        if (!fits)
        {
            Describe(context.Response, hourly.Points, left, NextHour(now));
        }

        return fits;
    }

    private static void Describe(HttpResponse response, int limit, int remaining, DateTimeOffset reset)
    {
        response.Headers["X-RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Reset"] = Timestamp(reset);
    }

    private bool CountMinute(HttpResponse response, DateTimeOffset now)
    {
        lock (_lock)
        {
            var minute = now.ToUnixTimeSeconds() / 60;
            (_minute, _usedThisMinute) = minute == _minute ? (_minute, _usedThisMinute + 1) : (minute, 1);
            Describe(response, options.DevInfoPerMinute, Math.Max(0, options.DevInfoPerMinute - _usedThisMinute), NextMinute(now));
            return _usedThisMinute <= options.DevInfoPerMinute;
        }
    }

    private bool TakeToken(string method, string path, DateTimeOffset now)
    {
        var rate = RateLimitOptions.BurstPerSecond(method, path);
        var endpoint = $"{method} {string.Join('/', path.Split('/').Take(5))}";
        lock (_lock)
        {
            var (tokens, at) = _buckets.GetValueOrDefault(endpoint, (rate, now));
            tokens = Math.Min(rate, tokens + ((now - at).TotalSeconds * rate));
            _buckets[endpoint] = (tokens >= 1 ? tokens - 1 : tokens, now);
            return tokens >= 1;
        }
    }
}
