using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class EntityKeysTests
{
    private static readonly GitLabMergeRequest MergeRequest = EntitySamples.MergeRequest with { Title = "TEA-1", Description = "TEA-2", SourceBranch = "TEA-3-x" };

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
}
