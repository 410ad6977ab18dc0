using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Counts requests in fixed minutes as Rack::Attack does, and tells what is left on every answer.</summary>
internal sealed class RequestThrottle(RateLimits limits)
{
    private const int Window = 60;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Window, int Count)> _counts = new(StringComparer.Ordinal);

    /// <summary>Null when the request may go on; otherwise the seconds to wait.</summary>
    public int? Take(HttpContext http, long userId, DateTimeOffset now)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var byUser = Count($"user {userId}", now);
        var byAddress = Count($"address {address}", now);
        var (name, limit, observed) = byAddress > limits.PerAddress
            ? ("throttle_per_ip", limits.PerAddress, byAddress)
            : ("throttle_authenticated_api", limits.PerUser, byUser);
        WriteHeaders(http, name, limit, observed, now);

        if (observed <= limit)
        {
            return null;
        }

        return SecondsLeft(now);
    }

    /// <summary>The application's own limits of single endpoints answer without any header.</summary>
    public bool TakesEndpoint(string endpoint, long userId, DateTimeOffset now) =>
        !limits.Endpoints.TryGetValue(endpoint, out var limit) || Count($"{endpoint} {userId}", now) <= limit;

    public static void WriteHeaders(HttpContext http, string name, int limit, int observed, DateTimeOffset now)
    {
        var headers = http.Response.Headers;
        var reset = now.AddSeconds(SecondsLeft(now));
        headers["RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Name"] = name;
        headers["RateLimit-Observed"] = observed.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = Math.Max(0, limit - observed).ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-ResetTime"] = reset.ToString("R", CultureInfo.InvariantCulture);
    }

    private static int SecondsLeft(DateTimeOffset now) => (int)(Window - (now.ToUnixTimeSeconds() % Window));

    private int Count(string key, DateTimeOffset now)
    {
        var window = now.ToUnixTimeSeconds() / Window;

        lock (_gate)
        {
            var (last, count) = _counts.GetValueOrDefault(key);
            count = last == window ? count + 1 : 1;
            _counts[key] = (window, count);
            return count;
        }
    }
}
