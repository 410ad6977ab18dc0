using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.World;

public sealed partial class Truth
{
    /// <summary>In which builds, deployments and feature flags that changed since then Jira differs.</summary>
    /// <param name="written">
    /// What merge requests ever said. Only the head pipeline follows its merge request; an older build was told with the texts of its time and may still be shown for a key of those.
    /// Null: only what they say now counts.
    /// </param>
    public IReadOnlyList<string> CiDifferences(GitLabProject project, DateTimeOffset since, IReadOnlyCollection<string>? written = null)
    {
        var differences = new List<string>();

        foreach (var pipeline in project.Pipelines.Values.Where(pipeline => pipeline.UpdatedAt >= since))
        {
            CompareBuild(project, pipeline, written, differences);
        }

        foreach (var deployment in project.Deployments.Values.Where(deployment => deployment.UpdatedAt >= since))
        {
            CompareDeployment(project, deployment, written, differences);
        }

        foreach (var flag in project.FeatureFlags.Values.Where(flag => flag.UpdatedAt >= since))
        {
            CompareFlag(project, flag, differences);
        }

        return [.. differences.Select(difference => $"{project.FullPath}: {difference}")];
    }

    private void CompareBuild(GitLabProject project, Pipeline pipeline, IReadOnlyCollection<string>? written, List<string> differences)
    {
        var what = $"build {pipeline.Iid} of {pipeline.Ref}";
        var own = pipeline.MergeRequestIid is { } iid ? $"mr-{Number(iid)}" : Hash(pipeline.Ref);
        var expected = Expect([.. TextsOf(project, pipeline)], MergeRequestTexts(project, pipeline), FollowsAll(project, pipeline) ? null : written);

        if (FindAsExpected(EntityKey.Build($"{Number(project.Id)}-{own}", pipeline.Iid), what, expected, differences) is { } held)
        {
            Compare(differences, $"{what} state", State(pipeline.Status), held.Text("state"));
            Compare(differences, $"{what} tests", Tests(pipeline), Tests(held));
        }
    }

    /// <summary>Whatever is reported late is to be read in the end.</summary>
    private static string Tests(Pipeline pipeline) => pipeline is { FinishedAt: not null, Tests: { } tests } ? $"{tests.Total}: {tests.Passed}, {tests.Failed}, {tests.Skipped}" : "none";

    private static string Tests(StoredEntity held) => held.Data.TryGetProperty("testInfo", out var tests)
        ? $"{tests.GetProperty("totalNumber")}: {tests.GetProperty("numberPassed")}, {tests.GetProperty("numberFailed")}, {tests.GetProperty("numberSkipped")}"
        : "none";

    private void CompareDeployment(GitLabProject project, Deployment deployment, IReadOnlyCollection<string>? written, List<string> differences)
    {
        var what = $"deployment {deployment.Iid}";
        var environment = project.Environments[deployment.EnvironmentId];
        var pipeline = deployment.PipelineId is { } id ? project.Pipelines[id] : null;
        var key = EntityKey.Deployment(pipeline is null ? $"{Number(project.Id)}-deployments" : Number(pipeline.Id), Number(environment.Id), deployment.Iid);
        var expected = Expect(
            [deployment.Ref, .. pipeline is null ? [] : TextsOf(project, pipeline), .. Deployed(project, deployment).Select(commit => commit.Message)],
            pipeline is null ? [] : MergeRequestTexts(project, pipeline),
            pipeline is null ? null : written);

        if (FindAsExpected(key, what, expected, differences) is { } held)
        {
            Compare(differences, $"{what} state", State(deployment.Status), held.Text("state"));
            Compare(differences, $"{what} environment type", environment.Tier == "other" ? "unmapped" : environment.Tier, held.Text("environment", "type"));
        }
    }

    private void CompareFlag(GitLabProject project, FeatureFlag flag, List<string> differences)
    {
        var what = $"flag {flag.Name}";

        if (FindAsExpected(EntityKey.FeatureFlag($"{Number(project.Id)}-{Hash(flag.Name)}"), what, Expect([flag.Description], [], written: null), differences) is { } held)
        {
            Compare(differences, $"{what} is on", flag.IsActive ? "True" : "False", held.Data.GetProperty("summary").GetProperty("status").GetProperty("enabled").GetBoolean().ToString());
        }
    }

    private Expectation Expect(IEnumerable<string?> own, IEnumerable<string?> ofMergeRequests, IReadOnlyCollection<string>? written)
    {
        var now = Known([.. own, .. ofMergeRequests]);
        return written is null ? new(now, now) : new(Known([.. own]), [.. now.Union(Known([.. written]), StringComparer.Ordinal)]);
    }

    /// <returns>Null when it is not to be there, or is missing.</returns>
    private StoredEntity? FindAsExpected(EntityKey key, string what, Expectation expected, List<string> differences)
    {
        var held = jira.State.Find(key);

        if (held is null)
        {
            Compare(differences, what, expected.AtLeast.Count == 0 ? "nothing" : "there", "nothing");
            return null;
        }

        if (expected.AtMost.Count == 0)
        {
            Compare(differences, what, "nothing", "there");
            return null;
        }

        if (expected.AtLeast.Except(held.IssueKeys, StringComparer.Ordinal).Any() || held.IssueKeys.Except(expected.AtMost, StringComparer.Ordinal).Any())
        {
            differences.Add($"{what} keys: GitLab has '{Join(expected.AtLeast)}', Jira '{Join(held.IssueKeys)}'");
        }

        return held;
    }

    private static IEnumerable<string?> TextsOf(GitLabProject project, Pipeline pipeline) => [pipeline.Ref, project.Commits[pipeline.Sha].Message];

    private static IEnumerable<string?> MergeRequestTexts(GitLabProject project, Pipeline pipeline) => MergeRequestsOf(project, pipeline).SelectMany(Texts);

    private static IEnumerable<MergeRequest> MergeRequestsOf(GitLabProject project, Pipeline pipeline) =>
        project.MergeRequests.Values.Where(m => pipeline.MergeRequestIid is { } iid ? m.Iid == iid : m.SourceProjectId == project.Id && m.SourceBranch == pipeline.Ref);

    /// <summary>It is the head pipeline of all its merge requests: the newest of their last commit.</summary>
    private static bool FollowsAll(GitLabProject project, Pipeline pipeline) =>
        MergeRequestsOf(project, pipeline).All(m => project.Pipelines.Values.Where(one => one.Sha == m.HeadSha && MergeRequestsOf(project, one).Contains(m)).MaxBy(one => one.Id) == pipeline);

    /// <summary>Its own commit, and what came since the last successful deployment of the same ref (of any, when the API deployed) to the same environment, merges left out.</summary>
    private static IEnumerable<Commit> Deployed(GitLabProject project, Deployment deployment)
    {
        var earlier = project.Deployments.Values
            .Where(d => d.Id < deployment.Id && d.EnvironmentId == deployment.EnvironmentId && d.Status is DeploymentStatus.Success)
            .OrderByDescending(d => d.Id)
            .ToList();

        // What the API deploys may be a tag.
        var before = earlier.Find(d => d.Ref == deployment.Ref) ?? (deployment.PipelineId is null ? earlier.FirstOrDefault() : null);
        var since = CommitGraph.Between(project.Commits, before?.Sha, deployment.Sha);
        return since.Where(commit => commit.ParentIds.Length < 2).Prepend(project.Commits[deployment.Sha]);
    }

    private static string State(CiStatus status) => status switch
    {
        CiStatus.Created or CiStatus.WaitingForResource or CiStatus.Preparing or CiStatus.Pending or CiStatus.Scheduled => "pending",
        CiStatus.Running => "in_progress",
        CiStatus.Success => "successful",
        CiStatus.Failed => "failed",
        CiStatus.Canceled or CiStatus.Skipped => "cancelled",
        _ => "unknown",
    };

    private static string State(DeploymentStatus status) => status switch
    {
        DeploymentStatus.Created or DeploymentStatus.Blocked => "pending",
        DeploymentStatus.Running => "in_progress",
        DeploymentStatus.Success => "successful",
        DeploymentStatus.Failed => "failed",
        _ => "cancelled",
    };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The issues that must show it, and those that may.</summary>
    private sealed record Expectation(List<string> AtLeast, List<string> AtMost);
}
