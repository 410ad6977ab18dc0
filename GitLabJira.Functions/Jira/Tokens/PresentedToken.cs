using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Jira.Tokens;

/// <summary>Finds the token that a request presents, before anything is parsed.</summary>
public static class PresentedToken
{
    // Jira's tokens have about 500 characters. Whoever sends more wants us to parse much.
    private const int Longest = 8 * 1024;

    private const string Scheme = "JWT ";

    /// <returns>Null when there is none, or more than one: two places could name two tenants.</returns>
    public static string? Find(HttpRequest request)
    {
        var query = request.Query["jwt"];
        var header = request.Headers.Authorization;

        if (query.Count + header.Count != 1)
        {
            return null;
        }

        var token = query.Count == 1 ? query[0]
            : header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim()
            : null;

        return token is { Length: > 0 and <= Longest } ? token : null;
    }
}
