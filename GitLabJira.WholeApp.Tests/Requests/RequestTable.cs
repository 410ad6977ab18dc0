using System.Globalization;

namespace GitLabJira.WholeApp.Tests.Requests;

/// <summary>The tables of <c>docs/requests.md</c>.</summary>
internal static class RequestTable
{
    /// <summary>The rows of the table with so many columns, of which the second is a number.</summary>
    public static IEnumerable<string[]> Read(int columns) => File.ReadLines(Document())
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == columns + 2 && int.TryParse(cells[2], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(cells => cells[1..^1]);

    private static string Document()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GitLabJira.slnx")))
            {
                return Path.Combine(folder.FullName, "docs", "requests.md");
            }
        }

        throw new FileNotFoundException("The folder of the solution is not above the tests.");
    }
}
