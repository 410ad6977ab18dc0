using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Projects and their members, and who the token belongs to.</summary>
internal static class ProjectEndpoints
{
    public static void Map(ApiRouter router)
    {
        router.Map("GET", "user", request => ApiAnswer.Ok(request.Entities.CurrentUser(request.User)));
        router.Map("GET", "users/:id", UserById);
        router.Map("GET", "metadata", request => ApiAnswer.Ok(request.Site.Metadata()));
        router.Map("GET", "version", request => ApiAnswer.Ok(request.Site.Metadata()));
        router.Map("GET", "projects/:id", request => ApiAnswer.Ok(request.Entities.Project(request.Project(), request.User)));
        router.Map("GET", "projects/:id/members/all", Members);
        router.Map("GET", "projects/:id/members/all/:user_id", Member);
    }

    public static ApiAnswer Sorted(ApiRequest request, IEnumerable<GitLabProject> projects)
    {
        var parameters = request.Parameters;
        projects = projects.Where(project => Access.CanSee(request.State, request.User, project, request.Now));

        if (parameters.Integer("min_access_level") is { } level)
        {
            projects = projects.Where(project => (int)Access.OfProject(request.State, request.User.Id, project, request.Now) >= level);
        }

        var ascending = parameters.OneOf("order_by", "created_at", "id", "name", "path", "created_at", "updated_at", "last_activity_at", "similarity", "star_count") switch
        {
            "id" => projects.OrderBy(project => project.Id),
            "name" => projects.OrderBy(project => project.Name, StringComparer.OrdinalIgnoreCase).ThenBy(project => project.Id),
            "path" => projects.OrderBy(project => project.Path, StringComparer.OrdinalIgnoreCase).ThenBy(project => project.Id),
            "updated_at" => projects.OrderBy(project => project.UpdatedAt).ThenBy(project => project.Id),
            "last_activity_at" => projects.OrderBy(project => project.LastActivityAt).ThenBy(project => project.Id),
            _ => projects.OrderBy(project => project.CreatedAt).ThenBy(project => project.Id),
        };
        var list = ascending.ToList();

        if (parameters.OneOf("sort", "desc", "asc", "desc") is "desc")
        {
            list.Reverse();
        }

        var entities = request.Entities;
        var simple = parameters.Boolean("simple") ?? false;
        return Paging.Page(request, list, project => simple ? entities.SimpleProject(project) : entities.Project(project, request.User));
    }

    private static ApiAnswer UserById(ApiRequest request) =>
        request.State.Users.TryGetValue(request.RouteNumber("id"), out var user) ? ApiAnswer.Ok(request.Entities.User(user)) : throw ApiException.NotFound("User");

    private static ApiAnswer Members(ApiRequest request)
    {
        var project = request.Project();
        var users = project.Members.Keys.Concat(request.State.GroupsAbove(project).SelectMany(group => group.Members.Keys)).Distinct().OrderBy(id => id).Select(id => request.State.Users[id]).ToList();
        return Paging.Page(request, users, user => request.Entities.Member(user, Access.OfProject(request.State, user.Id, project, request.Now), project.Members.GetValueOrDefault(user.Id)));
    }

    private static ApiAnswer Member(ApiRequest request)
    {
        var project = request.Project();
        var user = request.State.Users.GetValueOrDefault(request.RouteNumber("user_id")) ?? throw ApiException.NotFound();
        var level = Access.OfProject(request.State, user.Id, project, request.Now);
        return level is AccessLevel.None ? throw ApiException.NotFound() : ApiAnswer.Ok(request.Entities.Member(user, level, project.Members.GetValueOrDefault(user.Id)));
    }
}
