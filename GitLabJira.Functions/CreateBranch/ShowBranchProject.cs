using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Branches;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Tells before anybody clicks whether a branch can be created in a project, and why not.</summary>
public sealed class ShowBranchProject(BranchGate gate, BranchProjects projects)
{
    private const string Archived = "archived";
    private const string EmptyRepository = "empty_repository";

    [Function(nameof(ShowBranchProject))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "branches/projects/{projectId:long}")] HttpRequest request, long projectId, CancellationToken cancellationToken)
    {
        var (call, refusal) = await gate.CallAsync(request, cancellationToken);

        if (call is null)
        {
            return refusal!;
        }

        try
        {
            if (await call.FindAsync(projects, projectId, cancellationToken) is not { } project)
            {
                return BranchAnswers.ProjectNotFound;
            }

            var why = project.IsArchived ? Archived
                : !await projects.CanPushAsync(call.Access, projectId, call.SignIn.UserId, cancellationToken) ? BranchReasons.NoPushRight
                : project.DefaultBranch is null ? EmptyRepository
                : null;
            var detail = new BranchProjectDetail(BranchReasons.Shown, project.Id, project.Name, project.Path, project.WebUrl, project.DefaultBranch, why is null, why);

            return BranchAnswers.Answer(StatusCodes.Status200OK, detail, BranchJson.Default.BranchProjectDetail);
        }
        catch (GitLabRequestException exception)
        {
            return BranchAnswers.Of(exception, request.HttpContext.Response);
        }
    }
}

/// <summary>Lists the branches that a new one can start from.</summary>
public sealed class ListSourceBranches(BranchGate gate, BranchProjects projects)
{
    [Function(nameof(ListSourceBranches))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "branches/projects/{projectId:long}/branches")] HttpRequest request, long projectId, CancellationToken cancellationToken)
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
            if (await call.FindAsync(projects, projectId, cancellationToken) is null)
            {
                return BranchAnswers.ProjectNotFound;
            }

            var found = await projects.BranchesAsync(call.Access, projectId, search, page, cancellationToken);
            var list = found.Items.Select(branch => new SourceBranchView(branch.Name, branch.IsDefault, branch.IsProtected));

            return BranchAnswers.Answer(StatusCodes.Status200OK, new SourceBranchList(BranchReasons.Listed, [.. list], page, found.HasMore), BranchJson.Default.SourceBranchList);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound)
        {
            // Guests see the project and not its code.
            return BranchAnswers.ProjectNotFound;
        }
        catch (GitLabRequestException exception)
        {
            return BranchAnswers.Of(exception, request.HttpContext.Response);
        }
    }
}
