using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Pipelines, deployments, environments and feature flags.</summary>
internal static class CiEndpoints
{
    private static readonly string[] Finished = ["success", "failed", "canceled"];

    public static void Map(ApiRouter router)
    {
        router.Map("GET", "projects/:id/pipelines", Pipelines);
        router.Map("GET", "projects/:id/pipelines/:pipeline_id", request => WithPipeline(request, (project, pipeline) => ApiAnswer.Ok(request.Entities.PipelineDetail(project, pipeline))));
        router.Map("GET", "projects/:id/pipelines/:pipeline_id/jobs", request =>
            WithPipeline(request, (project, pipeline) => Paging.Page(request, pipeline.Jobs.Reverse().ToList(), job => request.Entities.Job(project, pipeline, job))));
        router.Map("GET", "projects/:id/pipelines/:pipeline_id/test_report_summary", request =>
            WithPipeline(request, (_, pipeline) => ApiAnswer.Ok(Entities.TestReportSummary(pipeline.ReportedTests(request.Now)))));
        router.Map("GET", "projects/:id/deployments", Deployments);
        router.Map("GET", "projects/:id/deployments/:deployment_id", request => WithDeployment(request, (project, deployment) => ApiAnswer.Ok(request.Entities.Deployment(project, deployment))));
        router.Map("GET", "projects/:id/deployments/:deployment_id/merge_requests", request => WithDeployment(request, (project, deployment) => DeployedMergeRequests(request, project, deployment)));
        router.Map("GET", "projects/:id/environments", Environments);
        router.Map("GET", "projects/:id/environments/:environment_id", request =>
        {
            var project = request.ProjectWithCode();
            return project.Environments.TryGetValue(request.RouteNumber("environment_id"), out var place)
                ? ApiAnswer.Ok(request.Entities.Environment(project, place, withLastDeployment: true))
                : throw ApiException.NotFound("Environment");
        });
        router.Map("GET", "projects/:id/feature_flags", FeatureFlags);
        router.Map("GET", "projects/:id/feature_flags/:name", request =>
            request.ProjectFor(AccessLevel.Developer).FeatureFlags.TryGetValue(request.Route("name"), out var flag) ? ApiAnswer.Ok(Entities.FeatureFlag(flag)) : throw ApiException.NotFound());
    }

    private static ApiAnswer Pipelines(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        var parameters = request.Parameters;
        // The rule of GitLab's PipelinesFinder: children are shown to those who ask for nothing else.
        var source = parameters.Text("source");
        var found = project.Pipelines.Values.Where(pipeline => source is Pipeline.OfParent || !pipeline.IsChild);
        found = Where(parameters.Text("ref"), found, (pipeline, text) => string.Equals(pipeline.Ref, text, StringComparison.Ordinal));
        found = Where(parameters.Text("sha"), found, (pipeline, text) => string.Equals(pipeline.Sha, text, StringComparison.Ordinal));
        found = Where(source, found, (pipeline, text) => string.Equals(pipeline.Source, text, StringComparison.Ordinal));
        found = Where(parameters.Text("status"), found, (pipeline, text) => string.Equals(Json.Snake(pipeline.Status), text, StringComparison.Ordinal));

        if (parameters.Time("updated_after") is { } after)
        {
            found = found.Where(pipeline => pipeline.UpdatedAt >= after);
        }

        if (parameters.Time("updated_before") is { } before)
        {
            found = found.Where(pipeline => pipeline.UpdatedAt <= before);
        }

        var byUpdate = parameters.OneOf("order_by", "id", "id", "status", "ref", "updated_at", "user_id") is "updated_at";
        var rows = found.OrderBy(pipeline => byUpdate ? pipeline.UpdatedAt.UtcTicks : pipeline.Id).ThenBy(pipeline => pipeline.Id).ToList();
        return Page(request, rows, "desc", pipeline => request.Entities.Pipeline(project, pipeline));
    }

    private static ApiAnswer Deployments(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        var parameters = request.Parameters;
        var order = parameters.OneOf("order_by", "id", "id", "iid", "created_at", "updated_at", "finished_at", "ref");
        var status = parameters.Text("status");
        Check(parameters, order, status);
        IEnumerable<Deployment> found = project.Deployments.Values;
        found = Where(status, found, (deployment, text) => string.Equals(Json.Snake(deployment.Status), text, StringComparison.Ordinal));
        found = Where(parameters.Text("environment"), found, (deployment, text) => string.Equals(project.Environments[deployment.EnvironmentId].Name, text, StringComparison.Ordinal));

        if (parameters.Time("updated_after") is { } after)
        {
            found = found.Where(deployment => deployment.UpdatedAt >= after);
        }

        if (parameters.Time("updated_before") is { } before)
        {
            found = found.Where(deployment => deployment.UpdatedAt <= before);
        }

        if (parameters.Time("finished_after") is { } finishedAfter)
        {
            found = found.Where(deployment => deployment.FinishedAt >= finishedAfter);
        }

        if (parameters.Time("finished_before") is { } finishedBefore)
        {
            found = found.Where(deployment => deployment.FinishedAt <= finishedBefore);
        }

        var rows = found.OrderBy(deployment => order switch
        {
            "updated_at" => deployment.UpdatedAt.UtcTicks,
            "finished_at" => deployment.FinishedAt?.UtcTicks ?? 0,
            "created_at" => deployment.CreatedAt.UtcTicks,
            _ => deployment.Id,
        }).ThenBy(deployment => deployment.Id).ToList();
        return Page(request, rows, "asc", deployment => request.Entities.Deployment(project, deployment));
    }

    /// <summary>The rules of GitLab's <c>DeploymentsFinder</c>.</summary>
    private static void Check(ApiParameters parameters, string order, string? status)
    {
        if ((parameters.Has("updated_after") || parameters.Has("updated_before")) && order is not "updated_at")
        {
            throw ApiException.Saying(400, "400 Bad request - `updated_at` filter requires `updated_at` sort.");
        }

        if ((parameters.Has("finished_after") || parameters.Has("finished_before")) && (order is not "finished_at" || status is not "success"))
        {
            throw ApiException.Saying(400, "400 Bad request - `finished_at` filter must be combined with `success` status filter.");
        }

        if (status is not null && status.Split(',') is var wanted && wanted.Any(Finished.Contains) && wanted.Any(one => !Finished.Contains(one)))
        {
            throw ApiException.Saying(400, "400 Bad request - finished statuses and upcoming statuses must be separately queried.");
        }
    }

    private static ApiAnswer DeployedMergeRequests(ApiRequest request, GitLabProject project, Deployment deployment)
    {
        var last = project.Deployments.Values.LastOrDefault(one => one.EnvironmentId == deployment.EnvironmentId && one.Status is DeploymentStatus.Success && one.Iid < deployment.Iid);
        var shipped = CommitGraph.Between(project.Commits, last?.Sha, deployment.Sha).Select(commit => commit.Sha).ToHashSet(StringComparer.Ordinal);
        var found = project.MergeRequests.Values
            .Where(one => one.State is MergeRequestState.Merged && (shipped.Contains(one.HeadSha) || (one.MergeCommitSha is { } sha && shipped.Contains(sha))))
            .OrderByDescending(one => one.Id)
            .ToList();
        return Paging.Page(request, found, one => request.Entities.MergeRequest(project, one));
    }

    private static ApiAnswer Environments(ApiRequest request)
    {
        var project = request.ProjectWithCode();
        IEnumerable<DeployEnvironment> found = project.Environments.Values;
        found = Where(request.Parameters.Text("states"), found, (place, text) => string.Equals(place.IsStopped ? "stopped" : "available", text, StringComparison.Ordinal));
        found = Where(request.Parameters.Text("name"), found, (place, text) => string.Equals(place.Name, text, StringComparison.Ordinal));
        found = Where(request.Parameters.Text("search"), found, (place, text) => place.Name.Contains(text, StringComparison.OrdinalIgnoreCase));
        return Paging.Page(request, found.OrderBy(place => place.Name, StringComparer.Ordinal).ToList(), place => request.Entities.Environment(project, place, withLastDeployment: false));
    }

    private static ApiAnswer FeatureFlags(ApiRequest request)
    {
        var project = request.ProjectFor(AccessLevel.Developer);
        var scope = request.Parameters.OneOf("scope", "", "", "enabled", "disabled");
        var found = project.FeatureFlags.Values.Where(flag => scope.Length == 0 || flag.IsActive == (scope is "enabled")).ToList();
        return Paging.Page(request, found, Entities.FeatureFlag);
    }

    private static IEnumerable<T> Where<T>(string? text, IEnumerable<T> rows, Func<T, string, bool> keeps) => text is { Length: > 0 } ? rows.Where(row => keeps(row, text)) : rows;

    private static ApiAnswer Page<T>(ApiRequest request, List<T> rows, string defaultSort, Func<T, JsonNode> show)
    {
        if (request.Parameters.OneOf("sort", defaultSort, "asc", "desc") is "desc")
        {
            rows.Reverse();
        }

        return Paging.Page(request, rows, show);
    }

    private static ApiAnswer WithPipeline(ApiRequest request, Func<GitLabProject, Pipeline, ApiAnswer> answer)
    {
        var project = request.ProjectWithCode();
        return project.Pipelines.TryGetValue(request.RouteNumber("pipeline_id"), out var pipeline) ? answer(project, pipeline) : throw ApiException.NotFound();
    }

    private static ApiAnswer WithDeployment(ApiRequest request, Func<GitLabProject, Deployment, ApiAnswer> answer)
    {
        var project = request.ProjectWithCode();
        return project.Deployments.TryGetValue(request.RouteNumber("deployment_id"), out var deployment) ? answer(project, deployment) : throw ApiException.NotFound("Deployment");
    }
}
