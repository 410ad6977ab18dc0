using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class EntityKeysTests
{
    private static readonly GitLabMergeRequest MergeRequest = EntitySamples.MergeRequest with { Title = "TEA-1", Description = "TEA-2", SourceBranch = "TEA-3-x" };

    private static readonly GitLabPipeline Pipeline = new() { Id = 5001, Iid = 17, ProjectId = 42, Ref = "main", Status = PipelineStatus.Running, Sha = "abc", WebUrl = "" };

    [TestMethod]
    public void Takes_a_merge_requests_title_description_and_source_branch() =>
        Assert.AreSequenceEqual(["TEA-1", "TEA-2", "TEA-3"], EntityKeys.OfMergeRequest(MergeRequest with { TargetBranch = "TEA-4" }));

    [TestMethod]
    public void Takes_a_branchs_name_and_its_open_merge_requests()
    {
        var later = MergeRequest with { Iid = 9, Title = "TEA-9", Description = null, State = MergeRequestState.Locked };

        Assert.AreSequenceEqual(["TEA-7", "TEA-1", "TEA-2", "TEA-9"], EntityKeys.OfBranch("fix/TEA-7", [later, MergeRequest]));
    }

    [TestMethod]
    [DataRow(MergeRequestState.Closed)]
    [DataRow(MergeRequestState.Merged)]
    [DataRow(MergeRequestState.Unknown)]
    public void Takes_nothing_from_a_merge_request_that_is_not_open(MergeRequestState state) =>
        Assert.IsEmpty(EntityKeys.OfBranch("main", [MergeRequest with { State = state }]));

    [TestMethod]
    public void Takes_a_commits_message() =>
        Assert.AreSequenceEqual(["TEA-12", "TEA-9"], EntityKeys.OfCommit(EntitySamples.Commit));

    [TestMethod]
    public void Takes_a_builds_ref_its_head_commit_and_the_merge_requests_it_belongs_to()
    {
        var pipeline = Pipeline with { Ref = "TEA-3-x" };
        var fork = MergeRequest with { SourceProjectId = 77, Title = "TEA-99" };
        var other = MergeRequest with { SourceBranch = "TEA-98" };

        Assert.AreSequenceEqual(["TEA-3", "TEA-12", "TEA-9", "TEA-1", "TEA-2"], EntityKeys.OfBuild(pipeline, EntitySamples.Commit, [fork, MergeRequest, other]));
        Assert.AreSequenceEqual(["TEA-3"], EntityKeys.OfBuild(pipeline, head: null, []));
    }

    [TestMethod]
    public void Takes_the_one_merge_request_of_its_own_pipeline()
    {
        var pipeline = Pipeline with { Ref = "refs/merge-requests/3/head", MergeRequestIid = 3 };

        Assert.AreSequenceEqual(["TEA-3", "TEA-1", "TEA-2"], EntityKeys.OfBuild(pipeline, head: null, [MergeRequest with { SourceProjectId = 77 }, MergeRequest with { Iid = 4, Title = "TEA-99" }]));
    }

    [TestMethod]
    public void Takes_no_merge_request_for_a_tags_pipeline() =>
        Assert.IsEmpty(EntityKeys.OfBuild(Pipeline with { Ref = "v1", Tag = true }, head: null, [MergeRequest with { SourceBranch = "v1" }]));

    [TestMethod]
    public void Takes_a_deployments_build_and_the_commits_that_it_brought()
    {
        var deployment = new GitLabDeployment
        {
            Id = 70,
            Iid = 9,
            ProjectId = 42,
            Ref = "TEA-3-x",
            Sha = "abc",
            Status = DeploymentStatus.Running,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
            Environment = new GitLabEnvironment(4, "TEA-97", Tier: null),
            Job = new GitLabDeployJob(1, "TEA-96", null, null, Pipeline with { Ref = "TEA-3-x" }),
            Commit = EntitySamples.Commit with { Message = "TEA-5" },
        };

        Assert.AreSequenceEqual(["TEA-3", "TEA-5", "TEA-1", "TEA-2", "TEA-12", "TEA-9"], EntityKeys.OfDeployment(deployment, [MergeRequest], [EntitySamples.Commit]));
        Assert.AreSequenceEqual(["TEA-3", "TEA-12", "TEA-9"], EntityKeys.OfDeployment(deployment with { Job = null, Commit = null }, [MergeRequest], [EntitySamples.Commit]));
    }

    [TestMethod]
    public void Takes_a_feature_flags_description_alone() =>
        Assert.AreSequenceEqual(["TEA-1"], EntityKeys.OfFeatureFlag(new GitLabFeatureFlag { ProjectId = 42, Name = "TEA-99", Description = "for TEA-1", Active = true }));
}
