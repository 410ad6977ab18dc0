namespace GitLabJira.Functions.Tests;

/// <summary>Holds tables of <c>[DataRow]</c>s against enums, so that a new value without a row fails.</summary>
internal static class Rows
{
    public static void AssertAll<T>(Type tests, string method)
        where T : struct, Enum
    {
        var rows = tests.GetMethod(method)!.GetCustomAttributes(typeof(DataRowAttribute), inherit: false).Cast<DataRowAttribute>();
        var covered = rows.SelectMany(row => row.Data ?? []).OfType<T>().ToHashSet();

        Assert.IsEmpty(Enum.GetValues<T>().Except(covered), $"{method} lacks rows.");
    }
}
