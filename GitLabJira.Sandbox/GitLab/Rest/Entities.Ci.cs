using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

internal sealed partial class Entities
{
    /// <summary>An item of a list: thin, without the commit's message.</summary>
    public JsonObject Pipeline(GitLabProject project, Pipeline pipeline) => new()
    {
        ["id"] = pipeline.Id,
        ["iid"] = pipeline.Iid,
        ["project_id"] = project.Id,
        ["sha"] = pipeline.Sha,
        ["ref"] = pipeline.Ref,
        ["status"] = Json.Snake(pipeline.Status),
        ["source"] = pipeline.Source,
        ["created_at"] = Json.Rest(pipeline.CreatedAt),
        ["updated_at"] = Json.Rest(pipeline.UpdatedAt),
        ["web_url"] = $"{WebUrl(project)}/-/pipelines/{pipeline.Id}",
        ["name"] = pipeline.Name,
    };

    public JsonObject PipelineDetail(GitLabProject project, Pipeline pipeline)
    {
        var body = Pipeline(project, pipeline);
        var status = Json.Snake(pipeline.Status);
        var label = pipeline.Status is CiStatus.Success ? "passed" : status;
        body["before_sha"] = pipeline.BeforeSha;
        body["tag"] = false;
        body["yaml_errors"] = null;
        body["user"] = User(pipeline.UserId);
        body["started_at"] = Json.Rest(pipeline.StartedAt);
        body["finished_at"] = Json.Rest(pipeline.FinishedAt);
        body["committed_at"] = null;
        body["duration"] = Seconds(pipeline.StartedAt, pipeline.FinishedAt);
        body["queued_duration"] = Seconds(pipeline.CreatedAt, pipeline.StartedAt);
        body["coverage"] = null;
        body["detailed_status"] = new JsonObject
        {
            ["icon"] = $"status_{status}",
            ["text"] = label,
            ["label"] = label,
            ["group"] = status,
            ["tooltip"] = label,
            ["has_details"] = true,
            ["details_path"] = $"/{project.FullPath}/-/pipelines/{pipeline.Id}",
            ["illustration"] = null,
            ["favicon"] = $"/assets/ci_favicons/favicon_status_{status}.png",
        };
        return body;
    }

    /// <summary>Zeros where nothing was reported, or nothing was gathered yet: GitLab answers 200 all the same.</summary>
    public static JsonObject TestReportSummary(TestCounts? tests)
    {
        var suites = new JsonArray();

        if (tests is not null)
        {
            var suite = TestTotals("total_time", "total_count", "success_count", "failed_count", "skipped_count", "error_count", tests);
            suite["name"] = "unit tests";
            suite["build_ids"] = new JsonArray();
            suites.Add(suite);
        }

        return new JsonObject { ["total"] = TestTotals("time", "count", "success", "failed", "skipped", "error", tests), ["test_suites"] = suites };
    }

    private static JsonObject TestTotals(string time, string count, string success, string failed, string skipped, string error, TestCounts? tests) => new()
    {
        [time] = (tests?.Total ?? 0) * 0.1,
        [count] = tests?.Total ?? 0,
        [success] = tests?.Passed ?? 0,
        [failed] = tests?.Failed ?? 0,
        [skipped] = tests?.Skipped ?? 0,
        [error] = 0,
        ["suite_error"] = null,
    };

    public JsonObject Job(GitLabProject project, Pipeline pipeline, Job job) => new()
    {
        ["id"] = job.Id,
        ["status"] = Json.Snake(job.Status),
        ["stage"] = job.Stage,
        ["name"] = job.Name,
        ["ref"] = pipeline.Ref,
        ["tag"] = false,
        ["coverage"] = null,
        ["allow_failure"] = false,
        ["created_at"] = Json.Rest(job.CreatedAt),
        ["started_at"] = Json.Rest(job.StartedAt),
        ["finished_at"] = Json.Rest(job.FinishedAt),
        ["erased_at"] = null,
        ["duration"] = Seconds(job.StartedAt, job.FinishedAt),
        ["queued_duration"] = Seconds(job.CreatedAt, job.StartedAt),
        ["user"] = User(pipeline.UserId),
        ["commit"] = Commit(project, project.Commits[pipeline.Sha]),
        ["pipeline"] = Pipeline(project, pipeline),
        ["failure_reason"] = job.Status is CiStatus.Failed ? "script_failure" : null,
        ["web_url"] = $"{WebUrl(project)}/-/jobs/{job.Id}",
        ["artifacts"] = new JsonArray(),
        ["runner"] = null,
        ["artifacts_expire_at"] = null,
        ["tag_list"] = new JsonArray(),
    };

    public JsonObject Deployment(GitLabProject project, Deployment deployment)
    {
        var place = project.Environments[deployment.EnvironmentId];
        var pipeline = deployment.PipelineId is { } id ? project.Pipelines.GetValueOrDefault(id) : null;
        var job = pipeline?.Jobs.FirstOrDefault(one => one.Id == deployment.JobId);
        return new JsonObject
        {
            ["id"] = deployment.Id,
            ["iid"] = deployment.Iid,
            ["ref"] = deployment.Ref,
            ["sha"] = deployment.Sha,
            ["created_at"] = Json.Rest(deployment.CreatedAt),
            ["updated_at"] = Json.Rest(deployment.UpdatedAt),
            ["user"] = User(deployment.UserId),

            // No tier here: only the environment itself tells it.
            ["environment"] = new JsonObject
            {
                ["id"] = place.Id,
                ["name"] = place.Name,
                ["slug"] = place.Slug,
                ["external_url"] = place.ExternalUrl,
                ["created_at"] = Json.Rest(place.CreatedAt),
                ["updated_at"] = Json.Rest(place.CreatedAt),
            },
            ["deployable"] = job is null ? null : Job(project, pipeline!, job),
            ["status"] = Json.Snake(deployment.Status),
        };
    }

    public JsonObject Environment(GitLabProject project, DeployEnvironment place, bool withLastDeployment)
    {
        var body = new JsonObject
        {
            ["id"] = place.Id,
            ["name"] = place.Name,
            ["slug"] = place.Slug,
            ["external_url"] = place.ExternalUrl,
            ["created_at"] = Json.Rest(place.CreatedAt),
            ["updated_at"] = Json.Rest(place.CreatedAt),
            ["tier"] = place.Tier,
            ["state"] = place.IsStopped ? "stopped" : "available",
            ["auto_stop_at"] = null,
            ["description"] = null,
        };

        if (withLastDeployment)
        {
            var last = project.Deployments.Values.LastOrDefault(one => one.EnvironmentId == place.Id && one.Status is DeploymentStatus.Success);
            body["last_deployment"] = last is null ? null : Deployment(project, last);
        }

        return body;
    }

    /// <summary>Neither id nor iid: GitLab's API shows none.</summary>
    public static JsonObject FeatureFlag(FeatureFlag flag) => new()
    {
        ["name"] = flag.Name,
        ["description"] = flag.Description,
        ["active"] = flag.IsActive,
        ["version"] = "new_version_flag",
        ["created_at"] = Json.Rest(flag.CreatedAt),
        ["updated_at"] = Json.Rest(flag.UpdatedAt),
        ["scopes"] = new JsonArray(),
        ["strategies"] = Json.Array(flag.Strategies.Select(strategy => new JsonObject
        {
            ["id"] = strategy.Id,
            ["name"] = strategy.Name,
            ["parameters"] = new JsonObject(strategy.Parameters.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
            ["scopes"] = Json.Array(strategy.Scopes.Select(scope => new JsonObject { ["id"] = scope.Id, ["environment_scope"] = scope.EnvironmentScope })),
            ["user_list"] = null,
        })),
    };

    private static double? Seconds(DateTimeOffset? from, DateTimeOffset? to) => from is { } start && to is { } end ? (end - start).TotalSeconds : null;
}
