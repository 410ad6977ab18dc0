using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Branches;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Lists the projects under the site's links, as far as the visitor sees them in GitLab: of each link a page at a time, so that no link hides another.</summary>
public sealed class ListBranchProjects(BranchGate gate, BranchProjects projects)
{
    private const int AtOnce = 4;

    [Function(nameof(ListBranchProjects))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "branches/projects")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (call, refusal) = await gate.CallAsync(request, cancellationToken);

        if (call is null)
        {
            return refusal!;
        }

        var (search, page, wrong) = BranchGate.Paging(request);

        if (wrong is not null)
        {
            return wrong;
        }

        try
        {
            var (found, hasMore) = (new List<BranchProject>(), false);

            foreach (var some in call.Links.Chunk(AtOnce))
            {
                var pages = await Task.WhenAll(some.Select(async link =>
                    (Link: link, Page: await projects.OfGroupAsync(call.Access, link.GroupId, search, page, cancellationToken))));

                foreach (var (link, part) in pages)
                {
                    found.AddRange(part.Items.Where(project => !link.Settings.Excludes(project.Id)));
                    hasMore |= part.HasMore;
                }
            }

            var list = found.OrderBy(project => project.Path, StringComparer.OrdinalIgnoreCase).Select(project => new BranchProjectView(project.Id, project.Name, project.Path, project.WebUrl));

            return BranchAnswers.Answer(StatusCodes.Status200OK, new BranchProjectList(BranchReasons.Listed, [.. list], page, hasMore), BranchJson.Default.BranchProjectList);
        }
        catch (GitLabRequestException exception)
        {
            return BranchAnswers.Of(exception, request.HttpContext.Response);
        }
    }
}
