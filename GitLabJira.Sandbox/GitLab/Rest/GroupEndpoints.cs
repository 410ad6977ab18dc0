using System.Globalization;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Groups, their members and what lies below them.</summary>
internal static class GroupEndpoints
{
    public static void Map(ApiRouter router)
    {
        router.Map("GET", "groups", List);
        router.Map("GET", "groups/:id", request => ApiAnswer.Ok(request.Entities.Group(request.Group())));
        router.Map("GET", "groups/:id/subgroups", request => Below(request, request.State.Groups.Values.Where(group => group.ParentId == request.Group().Id)));
        router.Map("GET", "groups/:id/descendant_groups", request => Below(request, request.State.Descendants(request.Group())));
        router.Map("GET", "groups/:id/projects", Projects);
        router.Map("GET", "groups/:id/members", request => Members(request, inherited: false));
        router.Map("GET", "groups/:id/members/all", request => Members(request, inherited: true));
        router.Map("GET", "groups/:id/members/:user_id", request => Member(request, inherited: false));
        router.Map("GET", "groups/:id/members/all/:user_id", request => Member(request, inherited: true));
        router.Map("GET", "groups/:id/merge_requests", MergeRequestEndpoints.ListOfGroup);
        router.Map("GET", "namespaces/:id", Namespace);
    }

    private static ApiAnswer List(ApiRequest request) => Filtered(request, request.State.Groups.Values.Where(group => Access.CanSee(request.State, request.User, group, request.Now)));

    private static ApiAnswer Below(ApiRequest request, IEnumerable<GitLabGroup> groups) =>
        Filtered(request, groups.Where(group => Access.CanSee(request.State, request.User, group, request.Now)));

    private static ApiAnswer Filtered(ApiRequest request, IEnumerable<GitLabGroup> groups)
    {
        var parameters = request.Parameters;

        if (parameters.Integer("min_access_level") is { } level)
        {
            if (!Enum.IsDefined((AccessLevel)level))
            {
                throw ApiException.Invalid("min_access_level does not have a valid value");
            }

            // Membership counts here, also an administrator's.
            groups = groups.Where(group => (int)Access.OfGroup(request.State, request.User.Id, group.Id, request.Now) >= level);
        }

        if (parameters.Boolean("owned") is true)
        {
            groups = groups.Where(group => Access.OfGroup(request.State, request.User.Id, group.Id, request.Now) >= AccessLevel.Owner);
        }

        if (parameters.Boolean("top_level_only") is true)
        {
            groups = groups.Where(group => group.ParentId is null);
        }

        foreach (var word in (parameters.Text("search") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            groups = groups.Where(group => group.FullPath.Contains(word, StringComparison.OrdinalIgnoreCase) || group.FullName.Contains(word, StringComparison.OrdinalIgnoreCase));
        }

        var order = parameters.OneOf("order_by", "name", "name", "path", "id", "similarity");
        var sorted = order switch
        {
            "id" => groups.OrderBy(group => group.Id),
            "path" => groups.OrderBy(group => group.Path, StringComparer.OrdinalIgnoreCase).ThenBy(group => group.Id),
            _ => groups.OrderBy(group => group.Name, StringComparer.OrdinalIgnoreCase).ThenBy(group => group.Id),
        };
        var list = sorted.ToList();

        if (parameters.OneOf("sort", "asc", "asc", "desc") is "desc")
        {
            list.Reverse();
        }

        return Paging.Page(request, list, request.Entities.Group);
    }

    private static ApiAnswer Projects(ApiRequest request)
    {
        var parameters = request.Parameters;
        var group = request.Group();
        var projects = request.State.ProjectsOf(group, parameters.Boolean("include_subgroups") ?? false);

        // On by default: it pulls in what other groups only share with this one.
        if (parameters.Boolean("with_shared") ?? true)
        {
            projects = projects.Concat(request.State.Projects.Values.Where(project => project.SharedWith.Any(share => share.GroupId == group.Id))).DistinctBy(project => project.Id);
        }

        if (parameters.Boolean("archived") is { } archived)
        {
            projects = projects.Where(project => project.IsArchived == archived);
        }

        if (parameters.Text("search") is { Length: > 0 } search)
        {
            projects = projects.Where(project => project.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || project.Path.Contains(search, StringComparison.OrdinalIgnoreCase));
        }

        return ProjectEndpoints.Sorted(request, projects);
    }

    private static ApiAnswer Members(ApiRequest request, bool inherited)
    {
        var group = request.Group();
        var groups = inherited ? request.State.WithAncestors(group.Id) : [group];
        var users = groups.SelectMany(one => one.Members.Keys).Distinct().OrderBy(id => id).Select(id => request.State.Users[id]).ToList();
        return Paging.Page(request, users, user => Show(request, group, user));
    }

    private static ApiAnswer Member(ApiRequest request, bool inherited)
    {
        var group = request.Group();
        var level = request.State.Users.GetValueOrDefault(request.RouteNumber("user_id")) is { } user
            ? inherited ? Access.OfGroup(request.State, user.Id, group.Id, request.Now) : Access.Direct(group.Members, user.Id, request.Now)
            : AccessLevel.None;
        return level is AccessLevel.None ? throw ApiException.NotFound() : ApiAnswer.Ok(Show(request, group, request.State.Users[request.RouteNumber("user_id")]));
    }

    private static JsonObject Show(ApiRequest request, GitLabGroup group, GitLabUser user) =>
        request.Entities.Member(user, Access.OfGroup(request.State, user.Id, group.Id, request.Now), group.Members.GetValueOrDefault(user.Id));

    private static ApiAnswer Namespace(ApiRequest request)
    {
        var id = request.Route("id");
        var number = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var group = request.State.Groups.GetValueOrDefault(number) ?? request.State.FindGroup(id);

        if (group is not null && Access.CanSee(request.State, request.User, group, request.Now))
        {
            var isOwner = Access.EffectiveOf(request.State, request.User, group, request.Now) >= AccessLevel.Owner;
            return ApiAnswer.Ok(request.Entities.Namespace(group, isOwner));
        }

        var self = request.User.NamespaceId == number || string.Equals(request.User.Username, id, StringComparison.OrdinalIgnoreCase);
        return self ? ApiAnswer.Ok(request.Entities.Namespace(request.User)) : throw ApiException.NotFound("Namespace");
    }
}
