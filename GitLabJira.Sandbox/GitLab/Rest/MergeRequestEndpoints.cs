using System.Globalization;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Merge requests: thin in lists, whole one at a time, approvals and reviews apart.</summary>
internal static class MergeRequestEndpoints
{
    private static readonly string[] States = ["opened", "closed", "locked", "merged", "all"];

    public static void Map(ApiRouter router)
    {
        router.Map("GET", "projects/:id/merge_requests", ListOfProject);
        router.Map("GET", "projects/:id/merge_requests/:iid", Single);
        router.Map("GET", "projects/:id/merge_requests/:iid/approvals", request =>
        {
            var project = Readable(request);
            return ApiAnswer.Ok(request.Entities.Approvals(project, request.MergeRequest(project), request.User));
        });
        router.Map("GET", "projects/:id/merge_requests/:iid/reviewers", request =>
            ApiAnswer.Ok(Json.Array(request.MergeRequest(Readable(request)).Reviewers.Select(request.Entities.Reviewer))));
        router.Map("GET", "projects/:id/merge_requests/:iid/commits", request =>
        {
            var project = Readable(request);
            return Paging.Page(request, Entities.CommitsOf(project, request.MergeRequest(project)), commit => request.Entities.Commit(project, commit));
        });
        router.Map("GET", "projects/:id/merge_requests/:iid/diffs", request =>
        {
            var project = Readable(request);
            return Paging.Page(request, Entities.FilesOf(project, request.MergeRequest(project)), Entities.Diff);
        });
        router.Map("GET", "projects/:id/merge_requests/:iid/notes", request =>
        {
            var one = request.MergeRequest(Readable(request));
            return Paging.Page(request, one.Notes.Reverse().ToList(), note => request.Entities.Note(one, note));
        });
        router.Map("GET", "projects/:id/merge_requests/:iid/pipelines", request =>
        {
            var project = Readable(request);
            var one = request.MergeRequest(project);
            var pipelines = project.Pipelines.Values.Where(pipeline => pipeline.MergeRequestIid == one.Iid && !pipeline.IsChild).Union(project.HeadPipelinesOf(one)).OrderByDescending(pipeline => pipeline.Id).ToList();
            return Paging.Page(request, pipelines, pipeline => request.Entities.Pipeline(project, pipeline));
        });
    }

    public static ApiAnswer ListOfGroup(ApiRequest request)
    {
        var group = request.Group();
        var projects = request.State.ProjectsOf(group, includeSubgroups: true)
            .Where(project => Access.CanReadCode(request.State, request.User, project, request.Now))
            .Where(project => !project.IsArchived || request.Parameters.Boolean("non_archived") is false);
        return List(request, projects.SelectMany(project => project.MergeRequests.Values.Select(one => (project, one))));
    }

    private static ApiAnswer ListOfProject(ApiRequest request)
    {
        var project = Readable(request);
        return List(request, project.MergeRequests.Values.Select(one => (project, one)));
    }

    private static ApiAnswer Single(ApiRequest request)
    {
        var project = Readable(request);
        var canMerge = Access.EffectiveOf(request.State, request.User, project, request.Now) >= AccessLevel.Developer;
        return ApiAnswer.Ok(request.Entities.MergeRequestDetail(project, request.MergeRequest(project), canMerge));
    }

    private static GitLabProject Readable(ApiRequest request)
    {
        var project = request.Project();
        return Access.CanReadCode(request.State, request.User, project, request.Now) ? project : throw ApiException.Forbidden();
    }

    private static ApiAnswer List(ApiRequest request, IEnumerable<(GitLabProject Project, MergeRequest One)> all)
    {
        var parameters = request.Parameters;
        var state = parameters.OneOf("state", "all", States);
        var found = state is "all" ? all : all.Where(row => string.Equals(Json.Snake(row.One.State), state, StringComparison.Ordinal));

        // A project's list shows everybody's by default, a group's too; only the instance-wide one is "mine".
        found = parameters.OneOf("scope", "all", "all", "created_by_me", "assigned_to_me", "created-by-me", "assigned-to-me", "reviews_for_me") switch
        {
            "created_by_me" or "created-by-me" => found.Where(row => row.One.AuthorId == request.User.Id),
            "assigned_to_me" or "assigned-to-me" => found.Where(row => row.One.AssigneeIds.Contains(request.User.Id)),
            "reviews_for_me" => found.Where(row => row.One.Reviewers.Any(reviewer => reviewer.UserId == request.User.Id)),
            _ => found,
        };
        found = Filtered(parameters, found);
        var byUpdate = parameters.OneOf("order_by", "created_at", "created_at", "updated_at", "title", "merged_at", "label_priority", "milestone_due", "popularity", "priority") is "updated_at";
        var rows = found.OrderBy(row => byUpdate ? row.One.UpdatedAt : row.One.CreatedAt).ThenBy(row => row.One.Id).ToList();

        if (parameters.OneOf("sort", "desc", "asc", "desc") is "desc")
        {
            rows.Reverse();
        }

        var entities = request.Entities;
        var simple = parameters.OneOf("view", "", "", "simple") is "simple";
        return Paging.Page(request, rows, row => simple ? entities.SimpleMergeRequest(row.Project, row.One) : entities.MergeRequest(row.Project, row.One));
    }

    private static IEnumerable<(GitLabProject Project, MergeRequest One)> Filtered(ApiParameters parameters, IEnumerable<(GitLabProject Project, MergeRequest One)> rows)
    {
        if (parameters.Time("updated_after") is { } updatedAfter)
        {
            rows = rows.Where(row => row.One.UpdatedAt >= updatedAfter);
        }

        if (parameters.Time("updated_before") is { } updatedBefore)
        {
            rows = rows.Where(row => row.One.UpdatedAt <= updatedBefore);
        }

        if (parameters.Time("created_after") is { } createdAfter)
        {
            rows = rows.Where(row => row.One.CreatedAt >= createdAfter);
        }

        if (parameters.Time("created_before") is { } createdBefore)
        {
            rows = rows.Where(row => row.One.CreatedAt <= createdBefore);
        }

        if (parameters.Text("source_branch") is { Length: > 0 } source)
        {
            rows = rows.Where(row => string.Equals(row.One.SourceBranch, source, StringComparison.Ordinal));
        }

        if (parameters.Text("target_branch") is { Length: > 0 } target)
        {
            rows = rows.Where(row => string.Equals(row.One.TargetBranch, target, StringComparison.Ordinal));
        }

        if (parameters.Integer("author_id") is { } author)
        {
            rows = rows.Where(row => row.One.AuthorId == author);
        }

        if (parameters.Text("search") is { Length: > 0 } search)
        {
            rows = rows.Where(row => row.One.Title.Contains(search, StringComparison.OrdinalIgnoreCase) || row.One.Description.Contains(search, StringComparison.OrdinalIgnoreCase));
        }

        if (parameters.Has("iids[]") || parameters.Has("iids"))
        {
            var wanted = (parameters.Text("iids[]") ?? parameters.Text("iids"))!.Split(',').ToHashSet(StringComparer.Ordinal);
            rows = rows.Where(row => wanted.Contains(row.One.Iid.ToString(CultureInfo.InvariantCulture)));
        }

        return rows;
    }
}
