using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Toolchain;

/// <summary>The projects below the linked groups, for the toolchain page's search.</summary>
public sealed class SearchRepositories(ToolchainCalls calls, ToolchainCatalog catalog)
{
    [Function(nameof(SearchRepositories))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = ConnectRoutes.SearchRepositories)] HttpRequest request, CancellationToken cancellationToken)
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

        var found = await catalog.ProjectsAsync(site, text, cancellationToken)
            .Skip((page - 1) * limit)
            .Take(limit)
            .Select(one => catalog.Container(one.Link, one.Project))
            .ToListAsync(cancellationToken);

        return TypedResults.Json(new ContainerList(found), ToolchainJson.Default.ContainerList);
    }
}
