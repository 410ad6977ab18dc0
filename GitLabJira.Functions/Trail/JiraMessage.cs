using System.Buffers;
using System.Text;
using System.Text.Json;
using GitLabJira.Functions.Jira.Keys;

namespace GitLabJira.Functions.Trail;

/// <summary>Jira's message about an entity that it did not take, without what it may quote of that entity: the trail carries no texts, names or addresses.</summary>
public static class JiraMessage
{
    private const int Limit = 300;
    private const string Left = "…";

    private static readonly SearchValues<char> Quotes = SearchValues.Create("'\"`“”‘’«»");
    private static readonly SearchValues<char> Address = SearchValues.Create("@/\\");

    /// <param name="messages">As Jira answered.</param>
    /// <param name="body">The entity as it was sent; null for a deletion.</param>
    public static string? Strip(IReadOnlyList<string> messages, JsonElement? body)
    {
        var ours = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

        if (body is { } sent)
        {
            Collect(sent, ours);
        }

        var text = new StringBuilder();

        foreach (var word in messages.SelectMany(message => Unquoted(message).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            var isKept = IsKept(word, ours);
            var shown = isKept ? word : Left;

            if (!isKept && text.Length > 0 && text[^1] == Left[0])
            {
                continue;
            }

            if (text.Length + shown.Length >= Limit)
            {
                break;
            }

            text.Append(text.Length > 0 ? " " : "").Append(shown);
        }

        return text.Length == 0 ? null : text.ToString();
    }

    private static bool IsKept(string word, HashSet<string> ours) =>
        IssueKeys.ContainsAny(word) || (!word.AsSpan().ContainsAny(Address) && !word.Any(c => !char.IsAscii(c) && c != Left[0]) && !Words(word).Any(ours.Contains));

    /// <summary>What stands between two quotation marks is of the entity, most often.</summary>
    private static string Unquoted(string message)
    {
        var kept = new StringBuilder();
        var rest = message.AsSpan();

        while (rest.IndexOfAny(Quotes) is >= 0 and var open)
        {
            var inside = rest[(open + 1)..];
            var isApostrophe = rest[open] is '\'' or '’' && open > 0 && char.IsLetter(rest[open - 1]);
            var close = isApostrophe ? -1 : inside.IndexOfAny(Quotes);
            kept.Append(rest[..open]).Append(isApostrophe ? " " : " … ");
            rest = isApostrophe ? inside : close < 0 ? [] : inside[(close + 1)..];
        }

        return kept.Append(rest).ToString();
    }

    private static void Collect(JsonElement element, HashSet<string> words)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                words.UnionWith(Words(element.GetString()!).Where(word => word.Length > 2));
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, words);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Collect(property.Value, words);
                }

                break;
        }
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;

        for (var index = 0; index <= text.Length; index++)
        {
            if (index < text.Length && char.IsLetterOrDigit(text[index]))
            {
                continue;
            }

            if (index > start)
            {
                yield return text[start..index];
            }

            start = index + 1;
        }
    }
}
