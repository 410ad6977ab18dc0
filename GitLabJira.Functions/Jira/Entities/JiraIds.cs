using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>The ids that Jira sees (design 7), all from <c>[A-Za-z0-9~._-]</c>. Changing one orphans what Jira holds under it.</summary>
public static class JiraIds
{
    /// <summary>Unique over all GitLab instances of a site: the instance's tag stands before the project id, nothing for gitlab.com.</summary>
    public static string Repository(Link link, long projectId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Tag(link)}{projectId}");

    /// <summary>Branch names hold slashes and any script, Jira's ids do not.</summary>
    public static string Branch(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public static string Commit(string sha) => sha;

    /// <param name="id">The global id, not the iid.</param>
    public static string MergeRequest(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Tag(Link link) => link.HostTag.Length == 0 ? "" : link.HostTag + "-";
}
