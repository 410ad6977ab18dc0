using System.Collections.Immutable;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>Pipelines: every change of status is told to hooks.</summary>
internal static class Building
{
    public static Pipeline Create(Change change, long userId, long projectId, string branch, long? mergeRequestIid, string? name)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Developer);
        var mergeRequest = mergeRequestIid is { } iid ? change.MergeRequest(projectId, iid) : null;
        var sha = mergeRequest?.HeadSha ?? project.Head(branch)?.Sha ?? throw new GitLabRefusedException("Reference not found");
        var jobs = NewJobs(change);
        var pipeline = new Pipeline(
            change.Ids.NextPipeline(),
            NextIid(project),
            mergeRequest is null ? branch : $"refs/merge-requests/{mergeRequest.Iid}/head",
            sha,
            project.Commits[sha].ParentIds is [var parent, ..] ? parent : Pushing.ZeroSha,
            mergeRequest is null ? "push" : "merge_request_event",
            userId,
            CiStatus.Created,
            change.Now,
            change.Now)
        {
            MergeRequestIid = mergeRequest?.Iid,
            Name = name,
            Jobs = jobs,
        };
        Store(change, projectId, pipeline);
        return pipeline;
    }

    /// <summary>A job of a pipeline starts another one in the same project, for the same commit.</summary>
    public static Pipeline CreateChild(Change change, long userId, long projectId, long parentId)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Developer);
        var parent = project.Pipelines.TryGetValue(parentId, out var found) ? found : throw new GitLabRefusedException("404 Pipeline Not Found");
        var pipeline = new Pipeline(
            change.Ids.NextPipeline(), NextIid(project), parent.Ref, parent.Sha, parent.BeforeSha, Pipeline.OfParent, userId, CiStatus.Created, change.Now, change.Now)
        {
            MergeRequestIid = parent.MergeRequestIid,
            Jobs = NewJobs(change),
        };
        Store(change, projectId, pipeline);
        return pipeline;
    }

    /// <param name="tests">What its jobs report; told with the status that ends it.</param>
    public static Pipeline SetStatus(Change change, long projectId, long pipelineId, CiStatus status, TestCounts? tests = null)
    {
        var before = change.Project(projectId).Pipelines.TryGetValue(pipelineId, out var found) ? found : throw new GitLabRefusedException("404 Pipeline Not Found");
        Change.Require(before.Status != status, "The pipeline has that status already.");
        var ended = status is CiStatus.Success or CiStatus.Failed or CiStatus.Canceled or CiStatus.Skipped;
        var started = before.StartedAt ?? (status is CiStatus.Running or CiStatus.Success or CiStatus.Failed ? change.Now : null);
        var after = before with
        {
            Status = status,
            UpdatedAt = change.Now,
            Tests = tests ?? before.Tests,
            StartedAt = started,
            FinishedAt = ended ? change.Now : null,
            Jobs = [.. before.Jobs.Select((job, place) => job with { Status = JobStatus(status, place, before.Jobs.Length), StartedAt = started, FinishedAt = ended ? change.Now : null })],
        };
        Store(change, projectId, after);
        return after;
    }

    private static long NextIid(GitLabProject project) => (project.Pipelines.IsEmpty ? 0 : project.Pipelines.Values.Max(one => one.Iid)) + 1;

    private static ImmutableArray<Job> NewJobs(Change change) =>
    [
        new Job(change.Ids.NextJob(), "build", "compile", CiStatus.Created, change.Now),
        new Job(change.Ids.NextJob(), "test", "unit tests", CiStatus.Created, change.Now),
        new Job(change.Ids.NextJob(), "test", "lint", CiStatus.Created, change.Now),
    ];

    private static CiStatus JobStatus(CiStatus pipeline, int place, int jobs) => pipeline switch
    {
        CiStatus.Failed when place < jobs - 1 => CiStatus.Success,
        _ => pipeline,
    };

    private static void Store(Change change, long projectId, Pipeline pipeline)
    {
        var project = change.Project(projectId);
        change.Set(project with { Pipelines = project.Pipelines.SetItem(pipeline.Id, pipeline) });

        // Hooks of what a blocked user set off are dropped.
        if (!change.User(pipeline.UserId).IsBlocked)
        {
            change.EmitForProject(project, HookTrigger.Pipeline, change.Bodies.Pipeline(change.Project(projectId), pipeline));
        }
    }
}
