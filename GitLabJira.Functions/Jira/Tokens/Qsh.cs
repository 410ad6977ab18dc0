using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Functions.Jira.Tokens;

/// <summary>Atlassian's query string hash: binds a token to one method, path and query. See https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps.</summary>
public static class Qsh
{
    /// <summary>What a context token carries in its place.</summary>
    public const string Context = "context-qsh";

    private const string TokenParameter = "jwt";

    /// <param name="path">The path as it stands in the address, still percent-encoded.</param>
    /// <param name="query">The query as it stands in the address, with or without its question mark.</param>
    /// <param name="basePath">Path of the peer's base address, which is no part of the hash.</param>
    public static string Compute(string method, string path, string query, string basePath = "") =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(method, path, query, basePath))));

    /// <summary>The hash of a request to <paramref name="url"/> at the peer that lives at <paramref name="baseUrl"/>.</summary>
    public static string Compute(HttpMethod method, Uri url, Uri baseUrl) => Compute(method.Method, url.AbsolutePath, url.Query, baseUrl.AbsolutePath);

    /// <summary>The canonical request that is hashed: method, path and query joined by ampersands.</summary>
    public static string Canonical(string method, string path, string query, string basePath = "") =>
        $"{method.ToUpperInvariant()}&{CanonicalPath(path, basePath)}&{CanonicalQuery(query)}";

    private static string CanonicalPath(string path, string basePath)
    {
        basePath = basePath.TrimEnd('/');

        if (basePath.Length > 0 && path.StartsWith(basePath, StringComparison.Ordinal) && (path.Length == basePath.Length || path[basePath.Length] == '/'))
        {
            path = path[basePath.Length..];
        }

        path = path.Replace("&", "%26", StringComparison.Ordinal);

        if (!path.StartsWith('/'))
        {
            path = "/" + path;
        }

        return path.Length > 1 && path.EndsWith('/') ? path[..^1] : path;
    }

    private static string CanonicalQuery(string query)
    {
        // Ordered by the decoded name, code unit by code unit: upper case comes before lower.
        var parameters = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);

        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);

            if (!string.Equals(name, TokenParameter, StringComparison.Ordinal))
            {
                if (!parameters.TryGetValue(name, out var values))
                {
                    parameters.Add(name, values = []);
                }

                values.Add(equals < 0 ? "" : Decode(pair[(equals + 1)..]));
            }
        }

        return string.Join('&', parameters.Select(parameter =>
        {
            parameter.Value.Sort(StringComparer.Ordinal);

            // The comma between values is literal; one inside a value is encoded, so the two stay distinct.
            return $"{Uri.EscapeDataString(parameter.Key)}={string.Join(',', parameter.Value.Select(Uri.EscapeDataString))}";
        }));
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
