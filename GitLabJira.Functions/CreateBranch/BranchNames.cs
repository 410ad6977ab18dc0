using System.Globalization;
using System.Text;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Names of branches: what GitLab proposes for an issue, and what it refuses.</summary>
public static class BranchNames
{
    /// <summary>As GitLab cuts the names that it proposes.</summary>
    private const int LongestProposal = 100;

    /// <summary>A reference is a file with a longer name while git writes it.</summary>
    private const int LongestName = 244;

    /// <summary>Latin letters with marks, and what stands for them without. A table of our own: the app runs without the culture data that Unicode's decomposition needs.</summary>
    private static readonly Dictionary<char, string> Letters = new (string Plain, string Marked)[]
    {
        ("a", "àáâãäåāăąǎ"), ("ae", "æǽ"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęěẽ"), ("g", "ĝğġģ"), ("h", "ĥħ"), ("i", "ìíîïĩīĭįıǐ"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľŀł"), ("n", "ñńņňŋ"),
        ("o", "òóôõöøōŏőǒ"), ("oe", "œ"), ("r", "ŕŗř"), ("s", "śŝşšș"), ("ss", "ß"), ("t", "ţťŧț"), ("th", "þ"), ("u", "ùúûüũūŭůűųǔ"), ("w", "ŵẁẃẅ"), ("y", "ýÿŷỳ"), ("z", "źżž"),
    }
        .SelectMany(letters => letters.Marked.Select(marked => (marked, letters.Plain)))
        .ToDictionary(letter => letter.marked, letter => letter.Plain);

    /// <summary>The issue's key as it is, a hyphen, and the summary in lower case with hyphens between its words; at most 100 characters, cut at a word.</summary>
    /// <returns>Empty without a key.</returns>
    public static string Propose(string issueKey, string issueSummary)
    {
        var key = Words(issueKey);
        var name = key.Length == 0 ? "" : $"{key}-{Words(issueSummary).ToLowerInvariant()}".TrimEnd('-');

        if (name.Length <= LongestProposal)
        {
            return name;
        }

        var cut = name[..LongestProposal];

        // Whole words only; a single word longer than all that stays cut.
        return (name[LongestProposal] is not '-' && cut.LastIndexOf('-') is var hyphen && hyphen > key.Length ? cut[..hyphen] : cut).TrimEnd('-');
    }

    /// <summary>The rules of <c>git check-ref-format</c> for a branch, and what GitLab adds to them.</summary>
    /// <returns>The rule that a name breaks; null for a good one.</returns>
    public static string? Broken(string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            return $"must have 1 to {LongestName} bytes.";
        }

        if (name.Any(c => c is <= ' ' or '\u007f' || "~^:?*[\\".Contains(c, StringComparison.Ordinal)))
        {
            return @"must hold no spaces and none of ~ ^ : ? * [ \.";
        }

        if (name.Contains("..", StringComparison.Ordinal) || name.Contains("//", StringComparison.Ordinal) || name.Contains("@{", StringComparison.Ordinal))
        {
            return "must not hold two dots or slashes side by side, nor @{.";
        }

        if (name[0] is '-' or '/' || name[^1] is '/' or '.' || name.Split('/').Any(part => part.StartsWith('.') || part.EndsWith(".lock", StringComparison.Ordinal)))
        {
            return "must not begin with a hyphen, slash or dot, nor end with a slash, a dot or .lock; nor may a part between slashes.";
        }

        if (name.StartsWith("refs/", StringComparison.Ordinal) || name is "HEAD" or "@")
        {
            return "must not be a name that git keeps for itself.";
        }

        return name.Length is 40 or 64 && name.All(char.IsAsciiHexDigit) ? "must not look like the id of a commit." : null;
    }

    /// <summary>Letters and digits of ASCII with hyphens between them; letters with marks lose the marks, of other scripts nothing stays.</summary>
    private static string Words(string text)
    {
        var words = new StringBuilder();

        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '_')
            {
                words.Append(c);
            }
            else if (Letters.TryGetValue(char.ToLowerInvariant(c), out var letters))
            {
                words.Append(letters);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark && words.Length > 0 && words[^1] is not '-')
            {
                words.Append('-');
            }
        }

        return words.ToString().Trim('-');
    }
}
