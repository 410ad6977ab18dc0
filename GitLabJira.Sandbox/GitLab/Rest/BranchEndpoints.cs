using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>
/// Branches, with the paging of GitLab's <c>GitalyKeysetPager</c> and <c>BranchesFinder</c>: only an unfiltered list is cut into pages by the repository.
/// With <c>search</c> or <c>regex</c> the first page and the keyset page hold everything that matches, however small <c>per_page</c> is, and <c>x-total</c>
/// counts all branches of the repository, not those that match.
/// </summary>
internal static class BranchEndpoints
{
    public static void Map(ApiRouter router)
    {
        router.Map("GET", "projects/:id/repository/branches", List);
        router.Map("GET", "projects/:id/repository/branches/:branch", Single);
        router.Map("POST", "projects/:id/repository/branches", Create);
    }

    private static ApiAnswer List(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        var parameters = request.Parameters;
        var (page, perPage) = Paging.Read(parameters);
        var all = Sorted(project, parameters.Text("sort") ?? "name_asc");
        var filtered = Filtered(all, parameters.Text("search"), parameters.Text("regex"));
        var isFiltered = !ReferenceEquals(all, filtered);

        if (string.Equals(parameters.Text("pagination"), "keyset", StringComparison.Ordinal))
        {
            return Show(request, project, isFiltered ? filtered : KeyPage(request, all, perPage));
        }

        if (page == 1)
        {
            Paging.WriteHeaders(request, page, perPage, all.Count);
            return Show(request, project, isFiltered ? filtered : [.. filtered.Take(perPage)]);
        }

        Paging.WriteHeaders(request, page, perPage, filtered.Count);
        return Show(request, project, request.Site.Faults.EmptyLaterBranchPages ? [] : [.. filtered.Skip((page - 1) * perPage).Take(perPage)]);
    }

    private static ApiAnswer Single(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        return project.Branches.TryGetValue(request.Route("branch"), out var branch)
            ? ApiAnswer.Ok(Showing(request, project)(branch))
            : throw ApiException.NotFound("Branch");
    }

    private static ApiAnswer Create(ApiRequest request)
    {
        var project = request.ProjectFor(AccessLevel.Developer);
        var (name, source) = (request.Parameters.Required("branch"), request.Parameters.Required("ref"));

        if (project.IsArchived)
        {
            throw ApiException.Forbidden();
        }

        try
        {
            var branch = request.Site.CreateBranch(request.User.Username, project.Id, name, source);
            return ApiAnswer.Created(new Entities(request.Site.State, request.Site.BaseUrl, request.Now).Branch(request.Site.State.Projects[project.Id], branch, isMerged: false, canPush: true));
        }
        catch (GitLabRefusedException refusal)
        {
            // One status for all of them: only the words differ.
            throw ApiException.Saying(400, refusal.Message);
        }
    }

    private static Branch[] KeyPage(ApiRequest request, IReadOnlyList<Branch> all, int perPage)
    {
        var start = 0;

        if (request.Parameters.Text("page_token") is { Length: > 0 } token)
        {
            start = 1 + all.Index().Where(entry => string.Equals(entry.Item.Name, token, StringComparison.Ordinal)).Select(entry => entry.Index).FirstOrDefault(-1);

            // Gitaly cannot go on from a branch that is gone.
            if (start == 0)
            {
                throw ApiException.Invalid("could not find page token");
            }
        }

        Branch[] rows = [.. all.Skip(start).Take(perPage)];

        if (rows.Length == perPage && start + perPage < all.Count)
        {
            Paging.WriteNextKey(request, "page_token", rows[^1].Name);
        }

        return rows;
    }

    private static ApiAnswer Show(ApiRequest request, GitLabProject project, IReadOnlyList<Branch> rows) => ApiAnswer.Ok(Json.Array(rows.Select(Showing(request, project))));

    private static Func<Branch, JsonNode> Showing(ApiRequest request, GitLabProject project)
    {
        var merged = CommitGraph.Reachable(project.Commits, project.Head(project.DefaultBranch)?.Sha);
        var canPush = Access.EffectiveOf(request.State, request.User, project, request.Now) >= AccessLevel.Developer;
        var entities = request.Entities;
        return branch => entities.Branch(
            project, branch, !string.Equals(branch.Name, project.DefaultBranch, StringComparison.Ordinal) && merged.Contains(branch.Sha), canPush);
    }

    private static IReadOnlyList<Branch> Sorted(GitLabProject project, string sort) => sort switch
    {
        "name_asc" or "name" => [.. project.Branches.Values],
        "name_desc" => [.. project.Branches.Values.Reverse()],
        "updated_asc" => [.. project.Branches.Values.OrderBy(branch => project.Commits[branch.Sha].CommittedAt)],
        "updated_desc" => [.. project.Branches.Values.OrderByDescending(branch => project.Commits[branch.Sha].CommittedAt)],
        _ => throw ApiException.Invalid("sort does not have a valid value"),
    };

    private static IReadOnlyList<Branch> Filtered(IReadOnlyList<Branch> branches, string? search, string? pattern)
    {
        if (search is { Length: > 0 })
        {
            branches = [.. branches.Where(branch => Finds(search, branch.Name))];
        }

        if (pattern is { Length: > 0 })
        {
            var regex = Re2(pattern);
            branches = [.. branches.Where(branch => regex.IsMatch(branch.Name))];
        }

        return branches;
    }

    private static bool Finds(string search, string name)
    {
        if (search.StartsWith('^'))
        {
            return name.StartsWith(search[1..], StringComparison.OrdinalIgnoreCase);
        }

        if (search.EndsWith('$'))
        {
            return name.EndsWith(search[..^1], StringComparison.OrdinalIgnoreCase);
        }

        return name.Contains(search, StringComparison.OrdinalIgnoreCase);
    }

    // GitLab runs RE2: no look-around, no back references. .NET's non-backtracking engine refuses the same.
    private static Regex Re2(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw ApiException.Invalid("regex is an invalid or unsupported expression");
        }
    }
}
