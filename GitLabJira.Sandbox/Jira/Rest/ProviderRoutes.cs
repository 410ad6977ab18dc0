using GitLabJira.Sandbox.Jira.Checks;
using GitLabJira.Sandbox.Jira.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>The provider APIs: development information, builds, deployments, feature flags.</summary>
internal sealed class ProviderRoutes(JiraSite site)
{
    private const int RepositoryPage = 400;

    private static readonly (string Segment, EntityKind Kind, string List)[] DevInfoKinds =
    [
        ("commit", EntityKind.Commit, "commits"),
        ("branch", EntityKind.Branch, "branches"),
        ("pull_request", EntityKind.PullRequest, "pullRequests"),
    ];

    private readonly DeleteEndpoints _deletes = new(site);
    private readonly ConnectGuard _guard = new(site);

    public void Map(IEndpointRouteBuilder routes)
    {
        MapDevInfo(routes);
        MapFamily(routes, ApiFamily.Builds, EntityKind.Build, ProviderCheck.Builds, BulkAnswers.Builds, "/pipelines/{pipelineId}/builds/{number:long}", v =>
            EntityKey.Build(Text(v, "pipelineId"), Number(v)));
        MapFamily(routes, ApiFamily.Deployments, EntityKind.Deployment, ProviderCheck.Deployments, BulkAnswers.Deployments, "/pipelines/{pipelineId}/environments/{environmentId}/deployments/{number:long}", v =>
            EntityKey.Deployment(Text(v, "pipelineId"), Text(v, "environmentId"), Number(v)));
        MapFamily(routes, ApiFamily.FeatureFlags, EntityKind.FeatureFlag, ProviderCheck.FeatureFlags, BulkAnswers.FeatureFlags, "/flag/{id}", v =>
            EntityKey.FeatureFlag(Text(v, "id")));
    }

    private static string Text(RouteValueDictionary values, string name) => (string)values[name]!;

    private static long Number(RouteValueDictionary values) => long.Parse(Text(values, "number"), System.Globalization.CultureInfo.InvariantCulture);

    private void MapDevInfo(IEndpointRouteBuilder routes)
    {
        var family = ApiFamily.DevInfo;
        var bulk = new BulkEndpoint(site, family, DevInfoCheck.Read, BulkAnswers.DevInfo);
        routes.MapPost($"{family.Path}/bulk", Guarded(family, "WRITE", bulk.HandleAsync));
        routes.MapDelete($"{family.Path}/bulkByProperties", Guarded(family, "DELETE", c => _deletes.ByProperties(c, family, EntityKind.Repository)));
        routes.MapGet($"{family.Path}/existsByProperties", Guarded(family, "READ", _deletes.Exists));
        routes.MapGet($"{family.Path}/repository/{{id}}", Guarded(family, "READ", c => Repository(Text(c.Request.RouteValues, "id"))));
        routes.MapDelete($"{family.Path}/repository/{{id}}", Guarded(family, "DELETE", c => _deletes.Repository(c, Text(c.Request.RouteValues, "id"))));
        routes.MapDelete($"{family.Path}/repository/{{id}}/{{type}}/{{entityId}}", Guarded(family, "DELETE", c =>
        {
            var kind = DevInfoKinds.FirstOrDefault(k => k.Segment == Text(c.Request.RouteValues, "type"));
            return kind.Segment is null
                ? Results.Json(family.ErrorBody(["Wrong entity type specified"]), statusCode: StatusCodes.Status400BadRequest)
                : _deletes.One(c, new(kind.Kind, Text(c.Request.RouteValues, "id"), Text(c.Request.RouteValues, "entityId")));
        }));
    }

    private void MapFamily(
        IEndpointRouteBuilder routes,
        ApiFamily family,
        EntityKind kind,
        ProviderCheck check,
        Func<BulkOutcome, object> answer,
        string one,
        Func<RouteValueDictionary, EntityKey> key)
    {
        var bulk = new BulkEndpoint(site, family, check.Read, answer);
        routes.MapPost($"{family.Path}/bulk", Guarded(family, "WRITE", bulk.HandleAsync));
        routes.MapDelete($"{family.Path}/bulkByProperties", Guarded(family, "DELETE", c => _deletes.ByProperties(c, family, kind)));
        routes.MapGet(family.Path + one, Guarded(family, "READ", c => site.State.Find(key(c.Request.RouteValues)) is { } found ? Results.Json(found.Data) : Results.NotFound()));
        routes.MapDelete(family.Path + one, Guarded(family, "DELETE", c => _deletes.One(c, key(c.Request.RouteValues))));
    }

    private IResult Repository(string id)
    {
        if (site.State.Find(EntityKey.Repository(id)) is not { } repository)
        {
            return Results.NotFound();
        }

        var latest = site.State.OfRepository(id).Take(RepositoryPage).ToList();
        var answer = System.Text.Json.Nodes.JsonObject.Create(repository.Data)!;
        foreach (var (_, kind, list) in DevInfoKinds)
        {
            answer[list] = new System.Text.Json.Nodes.JsonArray([.. latest.Where(e => e.Key.Kind == kind).Select(e => System.Text.Json.Nodes.JsonObject.Create(e.Data))]);
        }

        return Results.Json(answer);
    }

    private RequestDelegate Guarded(ApiFamily family, string scope, Func<HttpContext, IResult> handle) =>
        Guarded(family, scope, context => Task.FromResult(handle(context)));

    private RequestDelegate Guarded(ApiFamily family, string scope, Func<HttpContext, Task<IResult>> handle) =>
        async context => await (_guard.Check(context, family, scope) ?? await handle(context)).ExecuteAsync(context);
}
