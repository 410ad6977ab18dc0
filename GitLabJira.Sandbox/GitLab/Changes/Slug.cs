using System.Text;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>Makes the path that GitLab suggests for a name.</summary>
internal static class Slug
{
    public static string Of(string name)
    {
        var path = new StringBuilder(name.Length);

        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.')
            {
                path.Append(c);
            }
            else if (path.Length > 0 && path[^1] != '-')
            {
                path.Append('-');
            }
        }

        var text = path.ToString().Trim('-', '.');
        return text.Length > 0 ? text : throw new GitLabRefusedException("Path can't be blank");
    }
}
