namespace GitLabJira.Functions.Jira.Keys;

/// <summary>Finds issue keys in one text, left to right, in linear time.</summary>
/// <remarks>
/// A key is <c>[A-Z][A-Z0-9_]+-[1-9][0-9]*</c> with no ASCII letter or digit before or after it, leftmost longest. The scanner goes from hyphen to hyphen: digits are
/// looked at forward, the project part backward, and neither run reaches over another hyphen. So no character is looked at more than a fixed number of times,
/// which <see cref="Steps"/> counts for the test that holds it.
/// </remarks>
public ref struct KeyScanner(ReadOnlySpan<char> text)
{
    /// <summary>The narrower of Jira's own patterns, <c>^\w{1,255}-\d{1,255}$</c>: development information would take one character more.</summary>
    private const int MaxProject = 255;
    private const int MaxNumber = 255;

    private readonly ReadOnlySpan<char> _text = text;
    private int _next;

    /// <summary>The key found by the last <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>How many characters were looked at so far, each time counted.</summary>
    public long Steps { get; private set; }

    public bool MoveNext()
    {
        while (NextHyphen() is var hyphen and >= 0)
        {
            var end = EndOfNumber(hyphen + 1);
            _next = Math.Max(end, hyphen + 1);

            if (end > hyphen + 1 && StartOfProject(hyphen) is var start and >= 0 && !FalseKeys.Contains(_text, start, end))
            {
                Current = _text[start..end];
                return true;
            }
        }

        Current = default;
        return false;
    }

    private int NextHyphen()
    {
        var found = _text[_next..].IndexOf('-');
        Steps += found < 0 ? _text.Length - _next : found + 1;
        return found < 0 ? -1 : _next + found;
    }

    /// <returns>The end of a number that may stand in a key, or <paramref name="start"/> when there is none.</returns>
    private int EndOfNumber(int start)
    {
        var end = start;

        while (end < _text.Length && char.IsAsciiDigit(_text[end]))
        {
            end++;
        }

        Steps += end - start + 1;

        return end == start || end - start > MaxNumber || _text[start] == '0' || (end < _text.Length && char.IsAsciiLetter(_text[end]))
            ? start
            : end;
    }

    /// <returns>Where the longest project part that ends at the hyphen starts; -1 when there is none.</returns>
    private int StartOfProject(int hyphen)
    {
        var start = -1;
        var at = hyphen - 1;

        for (; at >= 0 && IsProjectCharacter(_text[at]); at--)
        {
            if (char.IsAsciiLetterUpper(_text[at]) && (at == 0 || !char.IsAsciiLetterOrDigit(_text[at - 1])))
            {
                start = at;
            }
        }

        Steps += hyphen - at;

        return start >= 0 && hyphen - start is >= 2 and <= MaxProject ? start : -1;
    }

    private static bool IsProjectCharacter(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_';
}
