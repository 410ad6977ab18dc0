using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class DeploymentMapperTests
{
    private static readonly GitLabDeployment Deployment = new()
    {
        Id = 70,
        Iid = 9,
        ProjectId = 42,
        Ref = "main",
        Sha = EntitySamples.Commit.Sha,
        Status = DeploymentStatus.Success,
        CreatedAt = EntitySamples.MergeRequest.CreatedAt,
        UpdatedAt = EntitySamples.MergeRequest.UpdatedAt,
        Environment = new GitLabEnvironment(4, "prod", EnvironmentTier.Production),
    };

    [TestMethod]
    [DataRow(DeploymentStatus.Created, JiraDeploymentState.Pending)]
    [DataRow(DeploymentStatus.Blocked, JiraDeploymentState.Pending)]
    [DataRow(DeploymentStatus.Running, JiraDeploymentState.InProgress)]
    [DataRow(DeploymentStatus.Success, JiraDeploymentState.Successful)]
    [DataRow(DeploymentStatus.Failed, JiraDeploymentState.Failed)]
    [DataRow(DeploymentStatus.Canceled, JiraDeploymentState.Cancelled)]
    [DataRow(DeploymentStatus.Skipped, JiraDeploymentState.Cancelled)]
    [DataRow(DeploymentStatus.Unknown, JiraDeploymentState.Unknown)]
    // GitLab has no such state: a rollback is a deployment of its own.
    [DataRow(null, JiraDeploymentState.RolledBack)]
    public void Maps_each_state(DeploymentStatus? status, JiraDeploymentState expected)
    {
        var mapped = Enum.GetValues<DeploymentStatus>()
            .Where(known => status is null || known == status)
            .Select(known => Map(Deployment with { Status = known }).GetProperty("state").GetString()!.Replace("_", "", StringComparison.Ordinal))
            .Contains(expected.ToString(), StringComparer.OrdinalIgnoreCase);

        Assert.AreEqual(status is not null, mapped);
    }

    [TestMethod]
    public void Has_a_row_for_each_state_of_both_sides()
    {
        Rows.AssertAll<DeploymentStatus>(typeof(DeploymentMapperTests), nameof(Maps_each_state));
        Rows.AssertAll<JiraDeploymentState>(typeof(DeploymentMapperTests), nameof(Maps_each_state));
    }

    [TestMethod]
    [DataRow(499, 2, 499, 1)]
    [DataRow(500, 1, 500, 0)]
    [DataRow(501, 0, 500, 0)]
    [DataRow(0, 1, 0, 1)]
    [DataRow(1, 100, 1, 100)]
    [DataRow(1, 101, 1, 100)]
    public void Takes_500_associations_issues_first(int keys, int services, int expectedKeys, int expectedServices)
    {
        var mapped = Map(Deployment, Numbered("TEA-", keys), EntitySettings.Default with { ServiceIds = Numbered("srv-", services) });

        Assert.AreEqual(expectedKeys, Values(mapped, "issueKeys"));
        Assert.AreEqual(expectedServices, Values(mapped, "serviceIdOrKeys"));
    }

    [TestMethod]
    public void Leaves_out_services_that_Jira_would_refuse()
    {
        var mapped = Map(Deployment, ["TEA-1"], EntitySettings.Default with { ServiceIds = [" a ", "a", "", new string('s', 255), new string('s', 256)] });

        Assert.AreEqual(2, Values(mapped, "serviceIdOrKeys"));
    }

    [TestMethod]
    public void Refuses_to_map_without_an_association() => Assert.ThrowsExactly<ArgumentException>(() => Map(Deployment, []));

    [TestMethod]
    [DataRow(255)]
    [DataRow(256)]
    [DataRow(5000)]
    public void Cuts_each_text_to_Jiras_limit(int length)
    {
        var mapped = Map(Deployment with { Environment = Deployment.Environment with { Name = new string('e', length) }, Job = new GitLabDeployJob(1, new string('j', length), null, null, null) });

        foreach (var name in new[] { "displayName", "description", "label" })
        {
            Assert.AreEqual(255, mapped.GetProperty(name).GetString()!.Length, name);
        }

        Assert.AreEqual(255, mapped.GetProperty("environment").GetProperty("displayName").GetString()!.Length);
    }

    [TestMethod]
    public void Leads_to_the_environment_when_there_is_no_job() =>
        Assert.AreEqual("https://gitlab.example.com/kettle/tea-robot/-/environments/4", Map(Deployment).GetProperty("url").GetString());

    private static string[] Numbered(string prefix, int count) => [.. Enumerable.Range(1, count).Select(n => $"{prefix}{n}")];

    private static int Values(JsonElement mapped, string type) => mapped.GetProperty("associations").EnumerateArray()
        .Where(a => string.Equals(a.GetProperty("associationType").GetString(), type, StringComparison.Ordinal))
        .Sum(a => a.GetProperty("values").GetArrayLength());

    private static JsonElement Map(GitLabDeployment deployment, IReadOnlyList<string>? keys = null, EntitySettings? settings = null) =>
        DeploymentMapper.Map(EntitySamples.Link, EntitySamples.Project, deployment, keys ?? ["TEA-1"], settings ?? EntitySettings.Default);
}
