using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Hooks;

public sealed partial class HookBodies
{
    public JsonObject Pipeline(GitLabProject project, Pipeline pipeline)
    {
        var mergeRequest = pipeline.MergeRequestIid is { } iid && project.MergeRequests.TryGetValue(iid, out var found) ? found : null;
        var starter = state.Users[pipeline.UserId];
        return new JsonObject
        {
            ["object_kind"] = "pipeline",
            ["object_attributes"] = new JsonObject
            {
                ["id"] = pipeline.Id,
                ["iid"] = pipeline.Iid,
                ["name"] = pipeline.Name,

                // The source branch, never refs/merge-requests/N/head as the REST API says.
                ["ref"] = mergeRequest?.SourceBranch ?? pipeline.Ref,
                ["tag"] = false,
                ["sha"] = pipeline.Sha,
                ["before_sha"] = pipeline.BeforeSha,
                ["source"] = pipeline.Source,
                ["status"] = Json.Snake(pipeline.Status),
                ["detailed_status"] = pipeline.Status is CiStatus.Success ? "passed" : Json.Snake(pipeline.Status),
                ["stages"] = Json.Array(pipeline.Jobs.Select(job => job.Stage).Distinct(StringComparer.Ordinal).Select(stage => (JsonNode?)JsonValue.Create(stage))),
                ["created_at"] = Json.Hook(pipeline.CreatedAt),
                ["finished_at"] = Json.Hook(pipeline.FinishedAt),
                ["duration"] = Seconds(pipeline.StartedAt, pipeline.FinishedAt) is { } duration ? (long)duration : null,
                ["queued_duration"] = Seconds(pipeline.CreatedAt, pipeline.StartedAt) is { } queued ? (long)queued : null,
                ["protected_ref"] = string.Equals(pipeline.Ref, project.DefaultBranch, StringComparison.Ordinal),
                ["variables"] = new JsonArray(new JsonObject { ["key"] = "DEPLOY_PASSWORD", ["value"] = "only-in-this-sandbox" }),
                ["url"] = $"{WebUrl(project)}/-/pipelines/{pipeline.Id}",
            },
            ["merge_request"] = mergeRequest is null ? null : ShortMergeRequest(project, mergeRequest),
            ["user"] = User(starter),
            ["project"] = Project(project, legacy: false),
            ["commit"] = project.Commits.TryGetValue(pipeline.Sha, out var commit) ? ShortCommit(project, commit) : null,
            ["builds"] = Json.Array(pipeline.Jobs.Reverse().Select(job => Build(job, starter))),
        };
    }

    public JsonObject Deployment(GitLabProject project, Deployment deployment)
    {
        var environment = project.Environments[deployment.EnvironmentId];
        var user = state.Users[deployment.UserId];
        var commit = project.Commits[deployment.Sha];
        return new JsonObject
        {
            ["object_kind"] = "deployment",
            ["status"] = Json.Snake(deployment.Status),
            ["status_changed_at"] = Json.HookZoned(deployment.UpdatedAt),
            ["deployment_id"] = deployment.Id,
            ["deployable_id"] = deployment.JobId,
            ["deployable_url"] = deployment.JobId is { } job ? $"{WebUrl(project)}/-/jobs/{job}" : null,
            ["environment"] = environment.Name,
            ["environment_tier"] = environment.Tier,
            ["environment_slug"] = environment.Slug,
            ["environment_external_url"] = environment.ExternalUrl,
            ["project"] = Project(project),
            ["short_sha"] = commit.ShortId,
            ["user"] = User(user),
            ["user_url"] = $"{baseUrl}/{user.Username}",
            ["commit_url"] = $"{WebUrl(project)}/-/commit/{commit.Sha}",
            ["commit_title"] = commit.Title,
            ["ref"] = deployment.Ref,
        };
    }

    public JsonObject FeatureFlag(GitLabProject project, FeatureFlag flag, GitLabUser user) => new()
    {
        ["object_kind"] = "feature_flag",
        ["project"] = Project(project),
        ["user"] = User(user),
        ["user_url"] = $"{baseUrl}/{user.Username}",
        ["object_attributes"] = new JsonObject
        {
            ["id"] = flag.Id,
            ["name"] = flag.Name,
            ["description"] = flag.Description,
            ["active"] = flag.IsActive,
        },
    };

    private JsonObject ShortMergeRequest(GitLabProject project, MergeRequest one) => new()
    {
        ["id"] = one.Id,
        ["iid"] = one.Iid,
        ["title"] = one.Title,
        ["source_branch"] = one.SourceBranch,
        ["source_project_id"] = one.SourceProjectId,
        ["target_branch"] = one.TargetBranch,
        ["target_project_id"] = one.ProjectId,
        ["state"] = Json.Snake(one.State),
        ["merge_status"] = MergeStatus.Old(one),
        ["detailed_merge_status"] = MergeStatus.Detailed(project, one),
        ["url"] = $"{WebUrl(project)}/-/merge_requests/{one.Iid}",
    };

    private JsonObject Build(Job job, GitLabUser starter) => new()
    {
        ["id"] = job.Id,
        ["stage"] = job.Stage,
        ["name"] = job.Name,
        ["status"] = Json.Snake(job.Status),
        ["created_at"] = Json.Hook(job.CreatedAt),
        ["started_at"] = Json.Hook(job.StartedAt),
        ["finished_at"] = Json.Hook(job.FinishedAt),
        ["duration"] = Seconds(job.StartedAt, job.FinishedAt),
        ["queued_duration"] = Seconds(job.CreatedAt, job.StartedAt),
        ["failure_reason"] = job.Status is CiStatus.Failed ? "script_failure" : null,
        ["when"] = "on_success",
        ["manual"] = false,
        ["allow_failure"] = false,
        ["user"] = User(starter),
        ["runner"] = null,
        ["artifacts_file"] = new JsonObject { ["filename"] = null, ["size"] = null },
        ["environment"] = job.Environment is null ? null : new JsonObject { ["name"] = job.Environment, ["action"] = "start", ["deployment_tier"] = null },
    };

    private static double? Seconds(DateTimeOffset? from, DateTimeOffset? to) => from is { } start && to is { } end ? (end - start).TotalSeconds : null;
}
