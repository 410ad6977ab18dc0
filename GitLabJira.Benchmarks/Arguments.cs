using System.Globalization;

namespace GitLabJira.Benchmarks;

/// <summary>Reads what follows a verb.</summary>
internal static class Arguments
{
    /// <summary>One optional number.</summary>
    /// <returns>False when anything else stands there.</returns>
    public static bool TryRead(string[] rest, string name, int usual, out int value)
    {
        value = usual;
        return rest switch
        {
            [] => true,
            [var given, var number] => string.Equals(given, name, StringComparison.Ordinal) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value > 0,
            _ => false,
        };
    }
}
