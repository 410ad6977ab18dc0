using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Toolchain;

/// <summary>Somebody put a repository into a Jira project's toolchain: tells what it is, and has it read unless it has been.</summary>
public sealed partial class AssociateRepository(
    ToolchainCalls calls, ToolchainCatalog catalog, ProjectCache projects, SyncProjectStore read, SyncRequests requests, ILogger<AssociateRepository> logger)
{
    private const int LongestId = 255;

    [Function(nameof(AssociateRepository))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = ConnectRoutes.AssociateRepository)] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        if (await calls.AuthenticateAsync(request, cancellationToken) is not { } site)
        {
            return Problem.Unauthorized();
        }

        var (body, unreadable) = await request.ReadJsonAsync(ToolchainJson.Default.AssociateRequest, cancellationToken);

        if (body is null)
        {
            return unreadable!;
        }

        if (body.Id is not { Length: > 0 and <= LongestId } id)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, ToolchainCalls.BadField, "id must be the id of a repository.", "id");
        }

        var unanswered = false;

        await foreach (var (link, projectId) in catalog.PlacesAsync(site, id, cancellationToken))
        {
            try
            {
                if (await projects.SeeAsync(link, projectId, fresh: true, cancellationToken) is ({ } project, IsUnderLink: true))
                {
                    await BeginAsync(link, project, durable, cancellationToken);
                    return TypedResults.Json(catalog.Container(link, project), ToolchainJson.Default.ToolchainContainer);
                }
            }
            catch (Exception exception) when (exception is GitLabRequestException or NoUsableGrantException)
            {
                // It may lie under another link, whose grants still work.
                unanswered = true;
            }
        }

        return unanswered
            ? Problem.Of(StatusCodes.Status503ServiceUnavailable, "gitlab_unavailable", "GitLab does not tell about this repository just now. Try again later.")
            : Problem.Of(StatusCodes.Status404NotFound, "repository_not_found", "There is no such repository in the groups that are linked to this site.");
    }

    /// <summary>A run that is under way lists the project itself; one that only came since is brought by its own events.</summary>
    private async Task BeginAsync(Link link, GitLabProject project, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await read.FindAsync(link.Id, project.Id, cancellationToken) is { State: SyncProjectState.Done })
        {
            return;
        }

        var (run, standing) = await requests.TryAsync(link, SyncPlan.First(link.Settings) with { ProjectId = project.Id }, cancellationToken);

        if (run is null)
        {
            return;
        }

        await LinkStarts.SyncAsync(durable, standing!, cancellationToken);
        Log.Begun(logger, link.Id, project.Id, run);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}: project {ProjectId} was put into a toolchain; run {RunId} reads it.")]
        public static partial void Begun(ILogger logger, Guid linkId, long projectId, string runId);
    }
}
