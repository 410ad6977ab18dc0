using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Sandbox.Jira.Signing;

/// <summary>
/// The <c>qsh</c> claim as Jira computes it (developer.atlassian.com, "Understanding JWT for Connect apps").
/// Written apart from the app's own, so that a bug in one shows up against the other.
/// </summary>
public static class QueryHash
{
    /// <summary>What tokens from <c>AP.context.getToken()</c> carry in place of a hash.</summary>
    public const string Context = "context-qsh";

    public static string Compute(string method, string path, string query, string basePath = "") =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(method, path, query, basePath))));

    /// <summary>The hash of a request to <paramref name="url"/>, whose path is counted from the peer's base URL.</summary>
    public static string Compute(string method, Uri url, Uri baseUrl) =>
        Compute(method, url.AbsolutePath, url.Query, baseUrl.AbsolutePath);

    public static string Canonical(string method, string path, string query, string basePath = "") =>
        $"{method.ToUpperInvariant()}&{CanonicalPath(path, basePath)}&{CanonicalQuery(query)}";

    private static string CanonicalPath(string path, string basePath)
    {
        var prefix = basePath.TrimEnd('/');
        var relative = prefix.Length > 0 && path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/')
            ? path[prefix.Length..]
            : path;

        var canonical = relative.Replace("&", "%26", StringComparison.Ordinal);
        if (!canonical.StartsWith('/'))
        {
            canonical = "/" + canonical;
        }

        return canonical.Length > 1 && canonical.EndsWith('/') ? canonical[..^1] : canonical;
    }

    private static string CanonicalQuery(string query)
    {
        var parameters = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            if (name == "jwt")
            {
                continue;
            }

            if (!parameters.TryGetValue(name, out var values))
            {
                parameters[name] = values = [];
            }

            values.Add(value);
        }

        return string.Join('&', parameters.Select(p => $"{Encode(p.Key)}={string.Join(',', p.Value.Order(StringComparer.Ordinal).Select(Encode))}"));
    }

    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)unit) || unit is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                encoded.Append((char)unit);
            }
            else
            {
                encoded.Append('%').Append(Convert.ToHexString([unit]));
            }
        }

        return encoded.ToString();
    }

    private static string Decode(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, 2)));
                i++;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i] == '+' ? " " : text[i].ToString()));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
