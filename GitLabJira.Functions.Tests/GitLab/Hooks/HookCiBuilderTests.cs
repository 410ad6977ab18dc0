using System.Text;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Tests.GitLab.Hooks;

[TestClass]
public sealed class HookCiBuilderTests
{
    [TestMethod]
    public void Reads_a_branchs_pipeline()
    {
        var hook = Hook<PipelineHook>(HookBodies.Pipeline());

        Assert.AreEqual(7, hook.ProjectId);
        Assert.AreEqual("acme/anvil", hook.Project!.PathWithNamespace);
        Assert.AreEqual("ABC-2 Fix it", hook.Head!.Message);
        Assert.IsNull(hook.Head.FileCount);
        Assert.AreEqual("ABC-1-fix|ABC-2 Fix it", string.Join('|', hook.Texts));
        var pipeline = hook.Pipeline;
        Assert.AreEqual(5000000001, pipeline.Id);
        Assert.AreEqual(12, pipeline.Iid);
        Assert.AreEqual("push", pipeline.Source);
        Assert.AreEqual(PipelineStatus.Success, pipeline.Status);
        Assert.AreEqual(HookBodies.New, pipeline.Sha);
        Assert.AreEqual(HookBodies.Old, pipeline.BeforeSha);
        Assert.AreEqual(TimeSpan.FromSeconds(239.5), pipeline.Duration);
        Assert.AreEqual(new DateTimeOffset(2026, 11, 1, 10, 4, 0, TimeSpan.Zero), pipeline.FinishedAt);
        Assert.IsNull(pipeline.UpdatedAt);
        Assert.IsNull(pipeline.MergeRequestIid);
        Assert.IsNull(pipeline.User!.Email);
    }

    [TestMethod]
    [DataRow(7, 31L, "fix")]
    [DataRow(8, null, null)]
    public void Takes_a_merge_requests_pipeline_for_one_only_where_the_merge_request_lives(int target, long? iid, string? sourceBranch)
    {
        var root = $$"""
            "merge_request": { "id": 900, "iid": 31, "title": "ABC-3 Fix", "source_branch": "fix", "target_branch": "main", "source_project_id": 7, "target_project_id": {{target}}, "state": "opened" }
            """;

        var hook = Hook<PipelineHook>(HookBodies.Pipeline(more: "\"source\": \"merge_request_event\", \"ref\": \"fix\"", root: root));

        Assert.AreEqual(iid, hook.Pipeline.MergeRequestIid);
        Assert.AreEqual(sourceBranch, hook.Pipeline.SourceBranch);
        Assert.AreEqual("ABC-3 Fix", hook.MergeRequestTitle);
    }

    [TestMethod]
    public void Reads_a_child_pipeline_with_its_parent()
    {
        var root = "\"source_pipeline\": { \"project\": { \"id\": 9, \"web_url\": \"x\", \"path_with_namespace\": \"y\" }, \"pipeline_id\": 4000, \"job_id\": 3 }";

        var hook = Hook<PipelineHook>(HookBodies.Pipeline(more: "\"source\": \"parent_pipeline\", \"ref\": \"main\"", root: root));

        Assert.AreEqual(new GitLabPipelineParent(9, 4000), hook.Pipeline.Parent);
    }

    [TestMethod]
    [DataRow("created", PipelineStatus.Created)]
    [DataRow("waiting_for_resource", PipelineStatus.WaitingForResource)]
    [DataRow("preparing", PipelineStatus.Preparing)]
    [DataRow("waiting_for_callback", PipelineStatus.WaitingForCallback)]
    [DataRow("pending", PipelineStatus.Pending)]
    [DataRow("running", PipelineStatus.Running)]
    [DataRow("success", PipelineStatus.Success)]
    [DataRow("failed", PipelineStatus.Failed)]
    [DataRow("canceling", PipelineStatus.Canceling)]
    [DataRow("canceled", PipelineStatus.Canceled)]
    [DataRow("skipped", PipelineStatus.Skipped)]
    [DataRow("manual", PipelineStatus.Manual)]
    [DataRow("scheduled", PipelineStatus.Scheduled)]
    [DataRow("something_new", PipelineStatus.Unknown)]
    public void Knows_each_state_of_a_pipeline(string word, PipelineStatus expected) =>
        Assert.AreEqual(expected, Hook<PipelineHook>(HookBodies.Pipeline(status: word)).Pipeline.Status);

    [TestMethod]
    public void Has_a_row_for_each_state_of_a_pipeline() => Rows.AssertAll<PipelineStatus>(typeof(HookCiBuilderTests), nameof(Knows_each_state_of_a_pipeline));

    [TestMethod]
    public void Reads_a_deployment()
    {
        var hook = Hook<DeploymentHook>(HookBodies.Deployment());

        Assert.AreEqual(7, hook.ProjectId);
        Assert.AreEqual(70, hook.DeploymentId);
        Assert.AreEqual(600, hook.JobId);
        Assert.AreEqual("prod", hook.Environment);
        Assert.AreEqual(EnvironmentTier.Production, hook.Tier);
        Assert.AreEqual("main", hook.Ref);
        Assert.AreEqual(HookBodies.New, hook.Sha);
        Assert.AreEqual(new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero), hook.ChangedAt);
    }

    [TestMethod]
    [DataRow("created", DeploymentStatus.Created)]
    [DataRow("running", DeploymentStatus.Running)]
    [DataRow("success", DeploymentStatus.Success)]
    [DataRow("failed", DeploymentStatus.Failed)]
    [DataRow("canceled", DeploymentStatus.Canceled)]
    [DataRow("skipped", DeploymentStatus.Skipped)]
    [DataRow("blocked", DeploymentStatus.Blocked)]
    [DataRow("approved", null)]
    [DataRow("rejected", null)]
    public void Takes_no_approval_for_a_deployments_state(string word, DeploymentStatus? expected) =>
        Assert.AreEqual(expected, Hook<DeploymentHook>(HookBodies.Deployment(word)).Status);

    [TestMethod]
    public void Reads_a_feature_flag()
    {
        var flag = Hook<FeatureFlagHook>(HookBodies.FeatureFlag()).Flag;

        Assert.AreEqual("dark", flag.Name);
        Assert.AreEqual("ABC-1", flag.Description);
        Assert.IsTrue(flag.Active);
        Assert.IsNull(flag.UpdatedAt);
        Assert.AreEqual(7, flag.ProjectId);
    }

    [TestMethod]
    [DataRow("{\"object_kind\":\"pipeline\"}", "object_attributes")]
    [DataRow("{\"object_kind\":\"pipeline\",\"object_attributes\":{\"id\":1,\"sha\":\"a\"}}", "project.id")]
    [DataRow("{\"object_kind\":\"pipeline\",\"project\":{\"id\":7},\"object_attributes\":{\"sha\":\"a\"}}", "object_attributes.id")]
    [DataRow("{\"object_kind\":\"pipeline\",\"project\":{\"id\":7},\"object_attributes\":{\"id\":1}}", "object_attributes.sha")]
    [DataRow("{\"object_kind\":\"deployment\",\"deployment_id\":1}", "project.id")]
    [DataRow("{\"object_kind\":\"deployment\",\"project\":{\"id\":7},\"deployment_id\":\"1\"}", "deployment_id")]
    [DataRow("{\"object_kind\":\"feature_flag\",\"project\":{\"id\":7}}", "object_attributes")]
    [DataRow("{\"object_kind\":\"feature_flag\",\"object_attributes\":{\"name\":\"dark\"}}", "project.id")]
    [DataRow("{\"object_kind\":\"feature_flag\",\"project\":{\"id\":7},\"object_attributes\":{\"id\":1}}", "object_attributes.name")]
    public void Names_the_field_that_is_missing(string body, string field) => Assert.AreEqual(field, HookReader.Read(Encoding.UTF8.GetBytes(body)).Field);

    private static T Hook<T>(string body)
        where T : GitLabHook => Assert.IsInstanceOfType<T>(HookReader.Read(Encoding.UTF8.GetBytes(body)).Hook);
}
