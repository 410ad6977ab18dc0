namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>What an endpoint answers.</summary>
internal delegate Task<ApiAnswer> ApiHandler(ApiRequest request);

/// <summary>Finds the endpoint of a path. Segments are compared before they are unescaped, because GitLab's ids hold escaped slashes.</summary>
internal sealed class ApiRouter
{
    private readonly Dictionary<(string Method, int Segments), List<Route>> _routes = [];

    public void Map(string method, string pattern, Func<ApiRequest, ApiAnswer> handler) => Map(method, pattern, request => Task.FromResult(handler(request)));

    public void Map(string method, string pattern, ApiHandler handler)
    {
        var segments = pattern.Split('/');
        var key = (method, segments.Length);

        if (!_routes.TryGetValue(key, out var routes))
        {
            _routes[key] = routes = [];
        }

        routes.Add(new Route($"{method} {pattern}", segments, handler));
    }

    /// <param name="path">As it came over the wire, without the leading slash.</param>
    public (string Endpoint, ApiHandler Handler, Dictionary<string, string> Values)? Find(string method, string path)
    {
        var segments = path.Split('/');

        // GitLab answers HEAD as GET without a body.
        if (!_routes.TryGetValue((method is "HEAD" ? "GET" : method, segments.Length), out var routes))
        {
            return null;
        }

        foreach (var route in routes)
        {
            if (Match(route.Segments, segments) is { } values)
            {
                return (route.Endpoint, route.Handler, values);
            }
        }

        return null;
    }

    private static Dictionary<string, string>? Match(string[] pattern, string[] segments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);

        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i].StartsWith(':'))
            {
                if (segments[i].Length == 0)
                {
                    return null;
                }

                values[pattern[i][1..]] = Uri.UnescapeDataString(segments[i]);
            }
            else if (!string.Equals(pattern[i], segments[i], StringComparison.Ordinal))
            {
                return null;
            }
        }

        return values;
    }

    private sealed record Route(string Endpoint, string[] Segments, ApiHandler Handler);
}
