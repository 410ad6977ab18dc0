using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

/// <summary>A table for each kind: what GitLab answers, and what Jira shall get for it.</summary>
[TestClass]
public sealed class GitLabToJiraTests(TestContext test)
{
    [TestMethod]
    [DataRow("builds", EntityKind.Build)]
    [DataRow("deployments", EntityKind.Deployment)]
    [DataRow("feature-flags", EntityKind.FeatureFlag)]
    [DataRow("merge-requests", EntityKind.MergeRequest)]
    [DataRow("branches", EntityKind.Branch)]
    [DataRow("commits", EntityKind.Commit)]
    public async Task Shows_what_GitLab_holds(string table, EntityKind kind)
    {
        using var cases = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Jira", "Entities", "Tables", $"{table}.json"), test.CancellationToken));

        foreach (var row in cases.RootElement.EnumerateArray())
        {
            using var gitLab = new CannedGitLab(row.GetProperty("gitlab"), row.TryGetProperty("total", out var total) ? total.GetInt32() : null);

            var actual = await ShowAsync(gitLab, kind, row);

            Assert.IsTrue(JsonElement.DeepEquals(row.GetProperty("jira"), actual), $"{row.GetProperty("case")}: {actual}");
        }
    }

    [TestMethod]
    public void Has_a_table_for_each_kind()
    {
        var rows = typeof(GitLabToJiraTests).GetMethod(nameof(Shows_what_GitLab_holds))!.GetCustomAttributes(typeof(DataRowAttribute), inherit: false).Cast<DataRowAttribute>();

        // A repository is only ever deleted as an entity; its head travels with the others.
        Assert.IsTrue(Enum.GetValues<EntityKind>().Except([EntityKind.Repository]).ToHashSet().SetEquals(rows.Select(row => (EntityKind)row.Data![1]!)));
    }

    private Task<JsonElement> ShowAsync(CannedGitLab gitLab, EntityKind kind, JsonElement row) => kind switch
    {
        EntityKind.Build => BuildAsync(gitLab, Number(row, "pipelines")),
        EntityKind.Deployment => DeploymentAsync(gitLab, Number(row, "deployments"), row),
        EntityKind.FeatureFlag => FeatureFlagAsync(gitLab),
        EntityKind.MergeRequest => MergeRequestAsync(gitLab, Number(row, "merge_requests"), row.TryGetProperty("drafts", out _)),
        EntityKind.Branch => BranchAsync(gitLab),
        _ => CommitAsync(gitLab),
    };

    private async Task<JsonElement> BuildAsync(CannedGitLab gitLab, long id)
    {
        var pipeline = (await gitLab.CiReader.PipelineAsync(CannedGitLab.Access, 42, id, test.CancellationToken))!;
        var mergeRequests = await gitLab.CiReader.MergeRequestsAsync(CannedGitLab.Access, pipeline, test.CancellationToken);
        var head = await gitLab.CiReader.CommitAsync(CannedGitLab.Access, 42, pipeline.Sha, test.CancellationToken);
        var tests = await gitLab.CiReader.TestReportAsync(CannedGitLab.Access, 42, id, test.CancellationToken);

        return BuildMapper.Map(EntitySamples.Link, EntitySamples.Project, pipeline, mergeRequests, tests, EntityKeys.OfBuild(pipeline, head, mergeRequests));
    }

    private async Task<JsonElement> DeploymentAsync(CannedGitLab gitLab, long id, JsonElement row)
    {
        var deployment = (await gitLab.CiReader.DeploymentAsync(CannedGitLab.Access, 42, id, test.CancellationToken))!;
        var mergeRequests = deployment.Job?.Pipeline is { } pipeline ? await gitLab.CiReader.MergeRequestsAsync(CannedGitLab.Access, pipeline, test.CancellationToken) : [];
        var commits = await gitLab.CiReader.DeployedCommitsAsync(CannedGitLab.Access, deployment, firstParent: false, test.CancellationToken);
        IReadOnlyList<string> services = row.TryGetProperty("services", out var ids) ? [.. ids.EnumerateArray().Select(s => s.GetString()!)] : [];

        return DeploymentMapper.Map(
            EntitySamples.Link, EntitySamples.Project, deployment, EntityKeys.OfDeployment(deployment, mergeRequests, commits), EntitySettings.Default with { ServiceIds = services });
    }

    private async Task<JsonElement> FeatureFlagAsync(CannedGitLab gitLab)
    {
        var flag = (await gitLab.CiReader.FeatureFlagAsync(CannedGitLab.Access, 42, "dark", test.CancellationToken))!;

        return FeatureFlagMapper.Map(EntitySamples.Link, EntitySamples.Project, flag, EntityKeys.OfFeatureFlag(flag));
    }

    private async Task<JsonElement> MergeRequestAsync(CannedGitLab gitLab, long iid, bool drafts)
    {
        var mergeRequest = (await gitLab.Reader.MergeRequestAsync(CannedGitLab.Access, 42, iid, test.CancellationToken))!;

        return MergeRequestMapper.Map(
            EntitySamples.Link, EntitySamples.Project, mergeRequest, EntityKeys.OfMergeRequest(mergeRequest), EntitySettings.Default with { ShowDrafts = drafts });
    }

    private async Task<JsonElement> BranchAsync(CannedGitLab gitLab)
    {
        var branch = (await gitLab.Reader.BranchAsync(CannedGitLab.Access, 42, "fix/lid", test.CancellationToken))!;
        var open = await gitLab.Reader.OpenMergeRequestsAsync(CannedGitLab.Access, 42, "fix/lid", test.CancellationToken);

        return BranchMapper.Map(EntitySamples.Link, EntitySamples.Project, branch, EntityKeys.OfBranch(branch.Name, open));
    }

    private async Task<JsonElement> CommitAsync(CannedGitLab gitLab)
    {
        var commit = (await gitLab.Reader.CommitAsync(CannedGitLab.Access, 42, EntitySamples.Commit.Sha, test.CancellationToken))!;

        return CommitMapper.Map(EntitySamples.Link, EntitySamples.Project, commit, EntityKeys.OfCommit(commit));
    }

    /// <summary>The id in the first path of the table's row, which is the entity's own.</summary>
    private static long Number(JsonElement row, string collection)
    {
        var path = row.GetProperty("gitlab").EnumerateObject().First().Name;
        return long.Parse(path[$"projects/42/{collection}/".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
