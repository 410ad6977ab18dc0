using System.Globalization;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>A status with its JSON.</summary>
internal sealed record ApiAnswer(int Status, JsonNode? Body)
{
    public static ApiAnswer Ok(JsonNode body) => new(200, body);

    public static ApiAnswer Created(JsonNode body) => new(201, body);

    public static ApiAnswer NoContent { get; } = new(204, null);
}

/// <summary>One authenticated API request: who asks, which state answers, and what the user may see of it.</summary>
internal sealed class ApiRequest(HttpContext http, GitLabSite site, GitLabState state, GitLabUser user, IReadOnlyDictionary<string, string> route, ApiParameters parameters)
{
    public HttpContext Http { get; } = http;

    public GitLabSite Site { get; } = site;

    /// <summary>Perhaps a little old, when the replica lags.</summary>
    public GitLabState State { get; } = state;

    public GitLabUser User { get; } = user;

    public ApiParameters Parameters { get; } = parameters;

    public DateTimeOffset Now { get; } = site.Now;

    public Entities Entities => new(State, Site.BaseUrl, Now);

    public string Route(string name) => route[name];

    public long RouteNumber(string name) =>
        long.TryParse(route[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw ApiException.Invalid($"{name} is invalid");

    /// <summary>The project of <c>:id</c>, a number or a full path. What the user cannot see does not exist.</summary>
    public GitLabProject Project()
    {
        var id = Route("id");
        var found = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? State.Projects.GetValueOrDefault(number)
            : State.FindProject(id);

        if (found is null && State.MovedProjects.TryGetValue(id, out var moved) && State.Projects.TryGetValue(moved, out var there) && Access.CanSee(State, User, there, Now))
        {
            var target = $"{Site.BaseUrl}/api/v4/projects/{moved}{RestOfPath(id)}{Http.Request.QueryString}";
            throw new ApiException(301, new JsonObject { ["message"] = "This resource has been moved" }, target);
        }

        return found is not null && Access.CanSee(State, User, found, Now) ? found : throw ApiException.NotFound("Project");
    }

    public GitLabProject ProjectWithCode()
    {
        var project = Project();
        return Access.CanReadCode(State, User, project, Now) ? project : throw ApiException.Forbidden();
    }

    public GitLabProject ProjectFor(AccessLevel level)
    {
        var project = Project();
        return Access.EffectiveOf(State, User, project, Now) >= level ? project : throw ApiException.Forbidden();
    }

    public GitLabGroup Group()
    {
        var id = Route("id");
        var found = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? State.Groups.GetValueOrDefault(number)
            : State.FindGroup(id);
        return found is not null && Access.CanSee(State, User, found, Now) ? found : throw ApiException.NotFound("Group");
    }

    public MergeRequest MergeRequest(GitLabProject project) =>
        project.MergeRequests.TryGetValue(RouteNumber("iid"), out var found) ? found : throw ApiException.NotFound();

    private string RestOfPath(string id)
    {
        var path = RawPath(Http);
        var escaped = Uri.EscapeDataString(id);
        var at = path.IndexOf(escaped, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : path[(at + escaped.Length)..];
    }

    /// <summary>The path as it came over the wire; ASP.NET would unescape most of it.</summary>
    internal static string RawPath(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }
}
