using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>Deployments. Hooks hear of running, success, failed, canceled and blocked; never of created and skipped.</summary>
internal static class Deploying
{
    public static DeployEnvironment Environment(Change change, long projectId, string name, string? tier, string? externalUrl)
    {
        var project = change.Project(projectId);

        if (project.Environments.Values.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.Ordinal)) is { } found)
        {
            return found;
        }

        var environment = new DeployEnvironment(change.Ids.NextEnvironment(), name, SlugOf(name), tier ?? TierOf(name), change.Now, externalUrl);
        change.Set(project with { Environments = project.Environments.Add(environment.Id, environment) });
        return environment;
    }

    /// <param name="pipelineId">Absent: made by the API, without a job.</param>
    public static Deployment Create(Change change, long userId, long projectId, string environment, string gitRef, string? sha, long? pipelineId, DeploymentStatus status)
    {
        change.RequireLevel(userId, change.Project(projectId), AccessLevel.Developer);
        var place = Environment(change, projectId, environment, tier: null, externalUrl: null);
        var project = change.Project(projectId);
        var deployed = sha ?? project.Head(gitRef)?.Sha ?? throw new GitLabRefusedException("The branch or tag does not exist");
        Change.Require(project.Commits.ContainsKey(deployed), "The commit does not exist");
        var job = pipelineId is null ? (long?)null : change.Ids.NextJob();
        var deployment = new Deployment(
            change.Ids.NextDeployment(),
            (project.Deployments.IsEmpty ? 0 : project.Deployments.Values.Max(one => one.Iid)) + 1,
            place.Id, gitRef, deployed, userId, status, change.Now, change.Now, pipelineId, job);

        if (pipelineId is { } id)
        {
            Change.Require(project.Pipelines.ContainsKey(id), "404 Pipeline Not Found");
            var pipeline = project.Pipelines[id];
            var withJob = pipeline with { Jobs = pipeline.Jobs.Add(new Job(job!.Value, "deploy", $"deploy to {environment}", CiStatus.Running, change.Now, change.Now, Environment: environment)) };
            change.Set(project with { Pipelines = project.Pipelines.SetItem(id, withJob) });
        }

        Store(change, projectId, deployment);
        return deployment;
    }

    public static Deployment SetStatus(Change change, long projectId, long deploymentId, DeploymentStatus status)
    {
        var before = change.Project(projectId).Deployments.TryGetValue(deploymentId, out var found) ? found : throw new GitLabRefusedException("404 Deployment Not Found");
        Change.Require(before.Status != status, "The deployment has that status already.");
        var ended = status is DeploymentStatus.Success or DeploymentStatus.Failed or DeploymentStatus.Canceled;
        var after = before with { Status = status, UpdatedAt = change.Now, FinishedAt = ended ? change.Now : null };
        Store(change, projectId, after);
        return after;
    }

    private static void Store(Change change, long projectId, Deployment deployment)
    {
        var project = change.Project(projectId);
        change.Set(project with { Deployments = project.Deployments.SetItem(deployment.Id, deployment) });

        if (deployment.Status is not (DeploymentStatus.Created or DeploymentStatus.Skipped))
        {
            change.EmitForProject(project, HookTrigger.Deployment, change.Bodies.Deployment(change.Project(projectId), deployment));
        }
    }

    /// <summary>GitLab guesses the tier from the name when nobody says it.</summary>
    private static string TierOf(string name) => name.ToLowerInvariant() switch
    {
        var text when text.Contains("prod", StringComparison.Ordinal) || text.Contains("live", StringComparison.Ordinal) => "production",
        var text when text.Contains("stag", StringComparison.Ordinal) || text.Contains("demo", StringComparison.Ordinal) || text.Contains("pre", StringComparison.Ordinal) => "staging",
        var text when text.Contains("test", StringComparison.Ordinal) || text.Contains("qa", StringComparison.Ordinal) || text.Contains("acc", StringComparison.Ordinal) => "testing",
        var text when text.Contains("dev", StringComparison.Ordinal) || text.Contains("review", StringComparison.Ordinal) || text.Contains("trunk", StringComparison.Ordinal) => "development",
        _ => "other",
    };

    private static string SlugOf(string name)
    {
        var slug = Slug.Of(name);
        return slug.Length <= 24 ? slug : slug[..24].TrimEnd('-');
    }
}
