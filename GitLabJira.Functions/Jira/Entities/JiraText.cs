using System.Buffers;
using System.Globalization;
using System.Text;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>Makes a text fit for Jira, which refuses a whole entity over one character or one too many.</summary>
public static class JiraText
{
    /// <summary>Stands where a required text has nothing left.</summary>
    public const string Nothing = "\uFFFD";

    /// <summary>How far a cut may move back to keep an accent with its letter.</summary>
    private const int LongestCluster = 16;

    private static readonly SearchValues<char> Refused = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0x20).Select(c => (char)c).Where(c => c is not ('\t' or '\n' or '\r')),
        .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c),
        '\uFFFE', '\uFFFF',
    ]);

    /// <summary>Cleaned and cut; <see cref="Nothing"/> when that leaves nothing to see.</summary>
    public static string Required(string? text, int limit) => Optional(text, limit) ?? Nothing;

    /// <summary>Cleaned and cut; null when that leaves nothing to see.</summary>
    public static string? Optional(string? text, int limit)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var cut = Cut(Clean(text, limit), limit);
        return string.IsNullOrWhiteSpace(cut) ? null : cut;
    }

    /// <summary>As it is, when it is a web address within the limit; a cut address would lead elsewhere.</summary>
    public static string? Url(string? url, int limit) =>
        url is not null && url.Length <= limit
        && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? url
            : null;

    /// <summary>As it is, when it fits; a cut e-mail address is somebody else's.</summary>
    public static string? Email(string? email, int limit) =>
        email is { Length: > 2 } && email.Length <= limit && email.Contains('@', StringComparison.Ordinal) && !email.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? email
            : null;

    /// <summary>Jira takes tab, line feed, carriage return, U+0020-D7FF and U+E000-FFFD: no control characters, nothing beyond the basic plane (emoji).</summary>
    private static string Clean(string text, int limit)
    {
        var bad = text.AsSpan().IndexOfAny(Refused);

        if (bad < 0)
        {
            return text;
        }

        // Room for the clusters that the cut looks at, no more: descriptions can be megabytes.
        var cleaned = new StringBuilder(Math.Min(text.Length, limit + LongestCluster));
        cleaned.Append(text, 0, Math.Min(bad, limit + LongestCluster));

        for (var i = bad; i < text.Length && cleaned.Length < limit + LongestCluster; i++)
        {
            if (!Refused.Contains(text[i]))
            {
                cleaned.Append(text[i]);
            }
        }

        return cleaned.ToString();
    }

    /// <summary>Cuts before a letter rather than between a letter and its accents.</summary>
    private static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var end = limit;

        while (end > 0 && limit - end < LongestCluster && ContinuesCluster(text[end]))
        {
            end--;
        }

        return end == 0 || ContinuesCluster(text[end]) ? text[..limit] : text[..end];
    }

    private static bool ContinuesCluster(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;
}
