namespace GitLabJira.Functions.Tests.GitLab.Hooks;

/// <summary>Real bodies that lie beside the repository on some machines; tests that need them do without elsewhere.</summary>
internal static class SharedPayloads
{
    public static IReadOnlyList<string> Files(string pattern)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var payloads = Path.Combine(folder.FullName, "shared", "payloads");

            if (Directory.Exists(payloads))
            {
                return [.. Directory.EnumerateFiles(payloads, pattern).Order(StringComparer.Ordinal)];
            }
        }

        return [];
    }
}
