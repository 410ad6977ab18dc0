using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Toolchain;

/// <summary>The groups that the site has linked, for the toolchain page's search.</summary>
public sealed class SearchWorkspaces(ToolchainCalls calls, ToolchainCatalog catalog)
{
    [Function(nameof(SearchWorkspaces))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = ConnectRoutes.SearchWorkspaces)] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await calls.AuthenticateAsync(request, cancellationToken) is not { } site)
        {
            return Problem.Unauthorized();
        }

        var (text, page, limit, refusal) = await ToolchainCalls.SearchAsync(request, cancellationToken);

        if (refusal is not null)
        {
            return refusal;
        }

        var found = await catalog.LinksAsync(site, cancellationToken)
            .Where(link => link.GroupPath.Contains(text, StringComparison.OrdinalIgnoreCase))
            .Skip((page - 1) * limit)
            .Take(limit)
            .Select(catalog.Workspace)
            .ToListAsync(cancellationToken);

        return TypedResults.Json(new WorkspaceList(found), ToolchainJson.Default.WorkspaceList);
    }
}
