namespace GitLabJira.Functions.Jira.Keys;

/// <summary>The one place that finds issue keys in GitLab's texts (design 9).</summary>
public static class IssueKeys
{
    /// <summary>Jira takes no more on one entity.</summary>
    public const int Max = 500;

    /// <summary>Keys in order of first appearance, each once; more than <see cref="Max"/> while nobody has said which of them count. Texts are looked at one by one: nothing spans two of them.</summary>
    public static IReadOnlyList<string> Extract(params ReadOnlySpan<string?> texts)
    {
        List<string>? keys = null;
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> seen = default;

        foreach (var text in texts)
        {
            var scanner = new KeyScanner(text);

            while (scanner.MoveNext())
            {
                if (keys is null)
                {
                    keys = [];
                    seen = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
                }

                if (!seen.Contains(scanner.Current))
                {
                    var key = scanner.Current.ToString();
                    seen.Set.Add(key);
                    keys.Add(key);
                }
            }
        }

        return keys ?? (IReadOnlyList<string>)[];
    }

    /// <summary>Whether the text holds a key at all; stops at the first.</summary>
    public static bool ContainsAny(ReadOnlySpan<char> text)
    {
        var scanner = new KeyScanner(text);
        return scanner.MoveNext();
    }
}
