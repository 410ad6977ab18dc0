using System.Globalization;

namespace GitLabJira.Benchmarks;

/// <summary>Reads what follows a verb.</summary>
internal static class Arguments
{
    /// <summary>One optional number.</summary>
    /// <returns>False when anything else stands there.</returns>
    public static bool TryRead(string[] rest, string name, int usual, out int value)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal) { [name] = usual };
        var read = TryRead(rest, numbers);
        value = numbers[name];
        return read;
    }

    /// <summary>Optional numbers in any order; what is given replaces what is usual.</summary>
    /// <returns>False when anything else stands there.</returns>
    public static bool TryRead(string[] rest, Dictionary<string, int> numbers)
    {
        foreach (var pair in rest.Chunk(2))
        {
            if (pair is not [var name, var text] || !numbers.ContainsKey(name) || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value == 0)
            {
                return false;
            }

            numbers[name] = value;
        }

        return true;
    }
}
