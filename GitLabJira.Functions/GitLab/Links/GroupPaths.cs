namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Which group lies below which, by full path. GitLab's paths know no case.</summary>
public static class GroupPaths
{
    /// <summary>Whether <paramref name="path"/> lies below <paramref name="ancestor"/>; a group does not lie below itself.</summary>
    public static bool IsBelow(string path, string ancestor) =>
        path.Length > ancestor.Length && path[ancestor.Length] == '/' && path.StartsWith(ancestor, StringComparison.OrdinalIgnoreCase);
}
