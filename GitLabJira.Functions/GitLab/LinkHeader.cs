using System.Text.RegularExpressions;

namespace GitLabJira.Functions.GitLab;

/// <summary>Reads <c>rel="next"</c> out of a <c>Link</c> header (RFC 8288).</summary>
internal static partial class LinkHeader
{
    public static string? Next(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var values))
        {
            return null;
        }

        foreach (var value in values)
        {
            foreach (Match match in Entry().Matches(value))
            {
                if (Relation().IsMatch(match.Groups["parameters"].Value))
                {
                    return match.Groups["target"].Value;
                }
            }
        }

        return null;
    }

    [GeneratedRegex("<(?<target>[^>]*)>(?<parameters>[^<]*)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex("""rel\s*=\s*("([^"]*\s)?next(\s[^"]*)?"|next)""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Relation();
}
