using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class JiraIdsTests
{
    private static readonly GitLabPipeline Pipeline = new() { Id = 5001, Iid = 17, ProjectId = 42, Ref = "feature/ä", Status = PipelineStatus.Running, Sha = "abc", WebUrl = "" };

    private static readonly GitLabDeployment Deployment = new()
    {
        Id = 70,
        Iid = 9,
        ProjectId = 42,
        Ref = "main",
        Sha = "abc",
        Status = DeploymentStatus.Running,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Environment = new GitLabEnvironment(4, "prod", Tier: null),
    };

    [TestMethod]
    public void Keeps_the_same_project_of_two_instances_apart()
    {
        Assert.AreEqual("42", JiraIds.Repository(EntitySamples.Link, 42));
        Assert.AreEqual("k7-42", JiraIds.Repository(EntitySamples.TaggedLink, 42));
    }

    [TestMethod]
    [DataRow("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [DataRow("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Names_a_branch_by_its_hash(string name, string id) => Assert.AreEqual(id, JiraIds.Branch(name));

    [TestMethod]
    [DataRow(null, "k7-42-4bfcef34e9aeae44715773a4df6a3aae9cec4f86ea77dc25ccb38cab0b92dbd7/17")]
    [DataRow(3L, "k7-42-mr-3/17")]
    public void Names_a_build_by_its_ref_or_merge_request_and_its_number(long? mergeRequest, string id) =>
        Assert.AreEqual(id, JiraIds.Build(EntitySamples.TaggedLink, Pipeline with { MergeRequestIid = mergeRequest }));

    [TestMethod]
    public void Names_a_deployment_by_pipeline_environment_and_number()
    {
        var byJob = Deployment with { Job = new GitLabDeployJob(1, "ship", null, null, Pipeline) };

        Assert.AreEqual("k7-5001/k7-4/9", JiraIds.Deployment(EntitySamples.TaggedLink, byJob));
        Assert.AreEqual("5001/4/9", JiraIds.Deployment(EntitySamples.Link, byJob));
        Assert.AreEqual("k7-42-deployments/k7-4/9", JiraIds.Deployment(EntitySamples.TaggedLink, Deployment));
    }

    [TestMethod]
    public void Names_a_feature_flag_by_project_and_hash() =>
        Assert.AreEqual("k7-42-e6bb5689beec52c4672bd4df92c3613d128d30cdc2b704f76953fe43d89c4ae8", JiraIds.FeatureFlag(EntitySamples.TaggedLink, 42, "dark"));

    [TestMethod]
    public void Uses_only_characters_that_Jira_allows()
    {
        string[] ids =
        [
            JiraIds.Repository(EntitySamples.TaggedLink, 1), JiraIds.Branch("feature/ä b#1"), JiraIds.Commit(EntitySamples.Commit.Sha), JiraIds.MergeRequest(9001),
            JiraIds.BuildPipeline(EntitySamples.TaggedLink, Pipeline), JiraIds.DeploymentPipeline(EntitySamples.TaggedLink, Deployment), JiraIds.Environment(EntitySamples.TaggedLink, 4),
            JiraIds.FeatureFlag(EntitySamples.TaggedLink, 42, "ä flag"),
        ];

        Assert.IsTrue(ids.All(id => id.All(c => char.IsAsciiLetterOrDigit(c) || c is '~' or '.' or '_' or '-')));
    }
}
