namespace Microsoft.DurableTask;

/// <summary>No version comes first; then by System.Version where both are one, else by text.</summary>
internal static class TaskVersionOrder
{
    public static int Compare(string left, string right) => (string.IsNullOrWhiteSpace(left), string.IsNullOrWhiteSpace(right)) switch
    {
        (true, true) => 0,
        (true, false) => -1,
        (false, true) => 1,
        _ when Version.TryParse(left, out var a) && Version.TryParse(right, out var b) => a.CompareTo(b),
        _ => string.Compare(left, right, StringComparison.OrdinalIgnoreCase),
    };
}
