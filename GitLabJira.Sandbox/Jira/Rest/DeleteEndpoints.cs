using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>Deletions. Jira accepts them, applies them later, and no longer looks at a sequence with them.</summary>
internal sealed class DeleteEndpoints(JiraSite site)
{
    public IResult One(HttpContext context, EntityKey key)
    {
        site.Links.Forget(k => k == key);
        return Accept(new DeleteEntity(key, SiteRequest.Of(context).Number));
    }

    public IResult Repository(HttpContext context, string repositoryId)
    {
        site.Links.Forget(k => k.RepositoryId == repositoryId || k == EntityKey.Repository(repositoryId));
        return Accept(new DeleteRepository(repositoryId, SiteRequest.Of(context).Number));
    }

    public IResult ByProperties(HttpContext context, ApiFamily family, EntityKind kind)
    {
        if (PropertyQuery.Read(context.Request.Query) is not { } query)
        {
            return Refuse(context, family);
        }

        var doomed = site.State.All(kind).Where(e => e.Matches(query.Properties)).Select(e => e.Key).ToHashSet();
        site.Links.Forget(k => doomed.Contains(k) || (k.RepositoryId is { } repository && doomed.Contains(EntityKey.Repository(repository))));
        return Accept(new DeleteByProperties(kind, query.Properties, SiteRequest.Of(context).Number));
    }

    public IResult Exists(HttpContext context)
    {
        if (PropertyQuery.Read(context.Request.Query) is not { } query)
        {
            return Refuse(context, ApiFamily.DevInfo);
        }

        var exists = site.State.All(EntityKind.Repository).Any(r => r.Matches(query.Properties) && (query.UpToSequence is not { } limit || r.Sequence <= limit));
        return Results.Json(new { hasDataMatchingProperties = exists });
    }

    private IResult Refuse(HttpContext context, ApiFamily family)
    {
        const string Problem = "At least one property must be given, each once, and a sequence must be a number.";
        site.Violations.Add(ViolationKind.MalformedRequest, $"{context.Request.Path}: {Problem}", SiteRequest.Of(context).Number);
        return Results.Json(family.ErrorBody([Problem]), statusCode: StatusCodes.Status400BadRequest);
    }

    private IResult Accept(Change change)
    {
        site.State.Accept([change]);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }
}
