namespace GitLabJira.Sandbox.Check;

/// <summary>Counts checks and prints each as a line that a person can read.</summary>
public sealed class CheckReport(TextWriter output)
{
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public void Title(string step) => output.WriteLine($"\n{step}");

    public void That(string what, bool holds, Func<string>? otherwise = null)
    {
        if (holds)
        {
            Passed++;
            output.WriteLine($"  ok      {what}");
            return;
        }

        Failed++;
        output.WriteLine($"  FAILED  {what}");

        if (otherwise is not null)
        {
            output.WriteLine($"          {otherwise().ReplaceLineEndings("\n          ")}");
        }
    }

    public void Equal<T>(string what, T expected, T actual) => That($"{what}: {expected}", EqualityComparer<T>.Default.Equals(expected, actual), () => $"but was {actual}");

    /// <summary>Nothing may stand in the list; else its first entries are printed.</summary>
    public void None(string what, IReadOnlyCollection<string> differences) =>
        That(what, differences.Count == 0, () => string.Join('\n', differences.Take(8).Append(differences.Count > 8 ? $"and {differences.Count - 8} more" : "").Where(line => line.Length > 0)));
}
