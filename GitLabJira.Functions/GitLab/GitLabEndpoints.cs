namespace GitLabJira.Functions.GitLab;

/// <summary>GitLab's endpoints with limits of their own, in requests a minute as gitlab.com has them (<c>reference/gitlab-api.md</c> 4.4). They answer 429 without any header and cannot be seen coming.</summary>
internal static class GitLabEndpoints
{
    /// <param name="path">After <c>/api/v4/</c>, without the query.</param>
    /// <returns>Null for an endpoint without one.</returns>
    public static (string Name, int PerMinute)? Of(string path) => path.Trim('/').Split('/') switch
    {
        ["groups"] => ("groups", 50),
        ["groups", _] => ("group", 400),
        ["groups", _, "projects"] => ("group-projects", 600),
        ["projects"] => ("projects", 200),
        ["projects", _] => ("project", 400),
        ["projects", _, "members", "all"] => ("members", 200),
        ["projects", _, "repository", "files", ..] => ("files", 500),
        ["users", _] => ("user", 30),
        [.., "search"] => ("search", 100),
        _ => null,
    };
}
