namespace GitLabJira.Functions.Jira.Keys;

/// <summary>What looks like an issue key and is none. Kept short: a project of the same name loses its links.</summary>
internal static class FalseKeys
{
    private static readonly string[] Names = ["UTF-8", "SHA-256", "ISO-8601"];

    public static bool Contains(ReadOnlySpan<char> text, int start, int end)
    {
        var key = text[start..end];

        foreach (var name in Names)
        {
            if (key.SequenceEqual(name))
            {
                return true;
            }
        }

        // CVE-2024-1 is a vulnerability; CVE-2024 alone may be an issue of a project called CVE.
        return key.StartsWith("CVE-", StringComparison.Ordinal)
            && end + 1 < text.Length && text[end] == '-' && char.IsAsciiDigit(text[end + 1]);
    }
}
