using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Branches;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Creates the branch, as the visitor. What GitLab then pushes comes back by the link's webhook, and shows in the issue like any other branch.</summary>
public sealed partial class MakeBranch(BranchGate gate, BranchProjects projects, GitLabBranchWriter writer, ILogger<MakeBranch> logger)
{
    private const int LongestSource = 255;

    [Function(nameof(MakeBranch))]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "branches")] HttpRequest request, CancellationToken cancellationToken)
    {
        // The session before the body: whoever has none learns nothing about what a body should look like.
        if (await gate.AdmitAsync(request, cancellationToken) is not { } session)
        {
            return BranchAnswers.SessionEnded;
        }

        var (body, unreadable) = await request.ReadJsonAsync(BranchJson.Default.NewBranchRequest, cancellationToken);

        if (body is null)
        {
            return unreadable!;
        }

        var (call, refusal) = await gate.CallAsync(session, body.Host, cancellationToken);

        if (call is null)
        {
            return refusal!;
        }

        if (body.Project is not { } projectId || projectId <= 0)
        {
            return BranchAnswers.BadField("project", "must be the number of a project.");
        }

        if (body.Source is not { Length: > 0 and <= LongestSource } source)
        {
            return BranchAnswers.BadField("source", "must be the branch to start from.");
        }

        var name = body.Name?.Trim() ?? "";

        if (BranchNames.Broken(name) is { } rule)
        {
            return BranchAnswers.BadField("name", rule);
        }

        try
        {
            if (await call.FindAsync(projects, projectId, cancellationToken) is null)
            {
                return BranchAnswers.ProjectNotFound;
            }

            var creation = await writer.CreateAsync(call.Access, projectId, name, source, cancellationToken);
            Log.Asked(logger, projectId, creation.Outcome);

            return Answer(creation, name);
        }
        catch (GitLabRequestException exception)
        {
            return BranchAnswers.Of(exception, request.HttpContext.Response);
        }
    }

    private static IResult Answer(BranchCreation creation, string name) => creation.Outcome switch
    {
        BranchOutcome.Created => BranchAnswers.Answer(
            StatusCodes.Status201Created, new BranchCreated(BranchReasons.BranchCreated, name, creation.WebUrl), BranchJson.Default.BranchCreated),
        BranchOutcome.Exists => Problem.Of(StatusCodes.Status409Conflict, BranchReasons.BranchExists, "A branch of this name exists already. Choose another name.", "name"),
        BranchOutcome.NoSuchSource => Problem.Of(StatusCodes.Status422UnprocessableEntity, BranchReasons.SourceNotFound, "The source branch does not exist any more.", "source"),
        BranchOutcome.NameRefused => BranchAnswers.BadField("name", "is not allowed by GitLab or by the push rules of the project."),
        BranchOutcome.NameProtected => Problem.Of(
            StatusCodes.Status403Forbidden, BranchReasons.NameProtected, "Branches of this name are protected, and you may not create them. Choose another name.", "name"),
        BranchOutcome.NoPushRight => Problem.Of(
            StatusCodes.Status403Forbidden, BranchReasons.NoPushRight, "You do not have permission to create branches in this project. That takes the Developer role.", "project"),
        BranchOutcome.NoSuchProject => BranchAnswers.ProjectNotFound,
        _ => BranchAnswers.Refused,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A branch was asked for in project {ProjectId}: {Outcome}.")]
        public static partial void Asked(ILogger logger, long projectId, BranchOutcome outcome);
    }
}
