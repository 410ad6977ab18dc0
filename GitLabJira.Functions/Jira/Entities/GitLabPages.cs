using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>Addresses of GitLab's web pages that Jira links to. A branch's <c>url</c> and a merge request's <c>sourceBranchUrl</c> must both come from here: Jira joins the two by equality.</summary>
public static class GitLabPages
{
    private const int Limit = 2000;
    private const int SearchLength = 60;

    /// <summary>The commits of a branch, GitLab's own choice for Jira. A name too long for Jira's limit leads to the branch list; the hash keeps two such branches apart.</summary>
    public static string Branch(string projectUrl, string name)
    {
        var url = $"{projectUrl}/-/commits/{EscapePath(name)}";

        if (url.Length <= Limit)
        {
            return url;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        return $"{projectUrl}/-/branches?search={Uri.EscapeDataString(JiraText.Required(name, SearchLength))}#{hash}";
    }

    /// <returns>Null when the address would be too long.</returns>
    public static string? NewMergeRequest(string projectUrl, string sourceBranch)
    {
        var url = $"{projectUrl}/-/merge_requests/new?merge_request%5Bsource_branch%5D={Uri.EscapeDataString(sourceBranch)}";
        return url.Length <= Limit ? url : null;
    }

    public static string Commit(string projectUrl, string sha) => $"{projectUrl}/-/commit/{sha}";

    /// <summary>A file as it was at a commit; the commit itself when the path is too long.</summary>
    public static string File(string projectUrl, string sha, string path)
    {
        var url = $"{projectUrl}/-/blob/{sha}/{EscapePath(path)}";
        return url.Length <= Limit ? url : Commit(projectUrl, sha);
    }

    private static string EscapePath(string path) => Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal);
}
