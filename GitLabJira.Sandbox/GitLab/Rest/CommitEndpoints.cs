using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Commits, their files, and what lies between two of them.</summary>
internal static class CommitEndpoints
{
    private const int CommitsInComparison = 1_000;

    public static void Map(ApiRouter router)
    {
        router.Map("GET", "projects/:id/repository/commits", List);
        router.Map("GET", "projects/:id/repository/commits/:sha", Single);
        router.Map("GET", "projects/:id/repository/commits/:sha/diff", Diff);
        router.Map("GET", "projects/:id/repository/commits/:sha/refs", Refs);
        router.Map("GET", "projects/:id/repository/commits/:sha/merge_requests", MergeRequests);
        router.Map("GET", "projects/:id/repository/compare", Compare);
    }

    private static ApiAnswer List(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        var parameters = request.Parameters;
        IEnumerable<Commit> commits;

        if (parameters.Boolean("all") is true)
        {
            commits = project.Branches.Values.SelectMany(branch => CommitGraph.Log(project.Commits, branch.Sha)).DistinctBy(commit => commit.Sha, StringComparer.Ordinal).OrderByDescending(commit => commit.CommittedAt);
        }
        else
        {
            // A name or a range: git allows no two dots in names.
            var names = (parameters.Text("ref_name") ?? "").Split("..");
            var start = names is [.., { Length: > 0 } name] ? Resolve(project, name) : project.Head(project.DefaultBranch) ?? throw ApiException.NotFound("Tree");
            var isRange = names is [{ Length: > 0 }, _];
            var from = isRange ? Resolve(project, names[0]) : null;

            // A name that git does not know is no error: Gitaly only logs it, and the list is empty.
            commits = start is null || (isRange && from is null)
                ? []
                : CommitGraph.Log(project.Commits, start.Sha, CommitGraph.Reachable(project.Commits, from?.Sha), parameters.Boolean("first_parent") ?? false);
        }

        if (parameters.Time("since") is { } since)
        {
            commits = commits.Where(commit => commit.CommittedAt >= since);
        }

        if (parameters.Time("until") is { } until)
        {
            commits = commits.Where(commit => commit.CommittedAt <= until);
        }

        var withStats = parameters.Boolean("with_stats") ?? false;
        return Paging.PageWithoutTotal(request, commits.ToList(), commit => request.Entities.Commit(project, commit, withStats));
    }

    private static ApiAnswer Single(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        return ApiAnswer.Ok(request.Entities.CommitDetail(project, Find(request, project)));
    }

    private static ApiAnswer Diff(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        return Paging.Page(request, Find(request, project).Files, Entities.Diff);
    }

    private static ApiAnswer Refs(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        var commit = Find(request, project);
        var kind = request.Parameters.OneOf("type", "all", "all", "branch", "tag");
        Branch[] branches = kind is "tag" ? [] : [.. project.Branches.Values.Where(branch => CommitGraph.IsAncestor(project.Commits, commit.Sha, branch.Sha))];
        return Paging.Page(request, branches, branch => new JsonObject { ["type"] = "branch", ["name"] = branch.Name });
    }

    private static ApiAnswer MergeRequests(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        var commit = Find(request, project);
        var found = project.MergeRequests.Values
            .Where(one => string.Equals(one.MergeCommitSha, commit.Sha, StringComparison.Ordinal)
                || string.Equals(one.SquashCommitSha, commit.Sha, StringComparison.Ordinal)
                || string.Equals(one.HeadSha, commit.Sha, StringComparison.Ordinal)
                || Entities.CommitsOf(project, one).Any(part => string.Equals(part.Sha, commit.Sha, StringComparison.Ordinal)))
            .OrderByDescending(one => one.Id)
            .ToList();
        return Paging.Page(request, found, one => request.Entities.MergeRequest(project, one));
    }

    private static ApiAnswer Compare(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        var from = Resolve(project, request.Parameters.Required("from")) ?? throw ApiException.NotFound("Ref");
        var to = Resolve(project, request.Parameters.Required("to")) ?? throw ApiException.NotFound("Ref");
        IReadOnlyList<Commit> newestFirst = CommitGraph.Between(project.Commits, from.Sha, to.Sha);
        var oldestFirst = newestFirst.Take(CommitsInComparison).Reverse().ToList();
        var entities = request.Entities;
        return ApiAnswer.Ok(new JsonObject
        {
            ["commit"] = newestFirst is [var newest, ..] ? entities.Commit(project, newest) : null,
            ["commits"] = Json.Array(oldestFirst.Select(commit => entities.Commit(project, commit))),
            ["diffs"] = Json.Array(oldestFirst.SelectMany(commit => commit.Files).DistinctBy(file => file.Path, StringComparer.Ordinal).Select(Entities.Diff)),
            ["compare_timeout"] = false,
            ["compare_same_ref"] = string.Equals(from.Sha, to.Sha, StringComparison.Ordinal),
            ["web_url"] = $"{request.Site.BaseUrl}/{project.FullPath}/-/compare/{from.Sha}...{to.Sha}",
        });
    }

    /// <summary>A branch name, a sha, or enough of one.</summary>
    private static Commit? Resolve(GitLabProject project, string name)
    {
        if (project.Head(name) is { } head)
        {
            return head;
        }

        if (project.Commits.TryGetValue(name, out var commit))
        {
            return commit;
        }

        return name.Length is >= 7 and < 40 && name.All(char.IsAsciiHexDigitLower)
            ? project.Commits.Values.FirstOrDefault(one => one.Sha.StartsWith(name, StringComparison.Ordinal))
            : null;
    }

    private static Commit Find(ApiRequest request, GitLabProject project) => Resolve(project, request.Route("sha")) ?? throw ApiException.NotFound("Commit");
}
