using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class MergeRequestMapperTests
{
    [TestMethod]
    public void Maps_the_sample() =>
        EntitySamples.AssertSameAsFile("merge-request.json", Map(EntitySamples.MergeRequest));

    [TestMethod]
    [DataRow(MergeRequestState.Opened, "OPEN")]
    [DataRow(MergeRequestState.Locked, "OPEN")]
    [DataRow(MergeRequestState.Merged, "MERGED")]
    [DataRow(MergeRequestState.Closed, "DECLINED")]
    [DataRow(MergeRequestState.Unknown, "UNKNOWN")]
    public void Maps_each_state(MergeRequestState state, string expected) =>
        Assert.AreEqual(expected, Text(Map(EntitySamples.MergeRequest with { State = state }), "status"));

    [TestMethod]
    public void Has_a_row_for_each_state()
    {
        var rows = typeof(MergeRequestMapperTests).GetMethod(nameof(Maps_each_state))!.GetCustomAttributes(typeof(DataRowAttribute), inherit: false);

        Assert.HasCount(Enum.GetValues<MergeRequestState>().Length, rows);
    }

    [TestMethod]
    [DataRow(false, MergeRequestState.Opened, "OPEN")]
    [DataRow(true, MergeRequestState.Opened, "DRAFT")]
    [DataRow(true, MergeRequestState.Merged, "MERGED")]
    [DataRow(true, MergeRequestState.Closed, "DECLINED")]
    public void Shows_open_drafts_only_if_asked_to(bool show, MergeRequestState state, string expected)
    {
        var draft = EntitySamples.MergeRequest with { Draft = true, State = state };

        var mapped = MergeRequestMapper.Map(EntitySamples.Link, EntitySamples.Project, draft, ["TEA-12"], EntitySettings.Default with { ShowDrafts = show });

        Assert.AreEqual(expected, Text(mapped, "status"));
    }

    [TestMethod]
    public void Gives_a_branch_and_its_merge_request_the_same_address()
    {
        var branch = BranchMapper.Map(EntitySamples.Link, EntitySamples.Project, EntitySamples.Branch, ["TEA-12"]);

        Assert.AreEqual(Text(branch, "url"), Text(Map(EntitySamples.MergeRequest), "sourceBranchUrl"));
    }

    [TestMethod]
    public void Names_the_forks_branch_when_the_source_is_a_fork()
    {
        var mapped = Map(EntitySamples.MergeRequest with { SourceProjectId = 77, SourceProjectWebUrl = "https://gitlab.example.com/bo/tea-robot" });

        Assert.AreEqual("https://gitlab.example.com/bo/tea-robot/-/commits/feature/TEA-12_warm%20pot%231", Text(mapped, "sourceBranchUrl"));
        Assert.AreEqual("https://gitlab.example.com/kettle/tea-robot/-/commits/main", Text(mapped, "destinationBranchUrl"));
    }

    [TestMethod]
    public void Names_no_source_address_when_the_fork_is_unknown()
    {
        var mapped = Map(EntitySamples.MergeRequest with { SourceProjectId = 77 });

        Assert.IsFalse(mapped.TryGetProperty("sourceBranchUrl", out _));
        Assert.AreEqual("feature/TEA-12_warm pot#1", Text(mapped, "sourceBranch"));
    }

    [TestMethod]
    public void Leaves_reviewers_out_when_no_state_is_known()
    {
        var mapped = Map(EntitySamples.MergeRequest with { Reviewers = [new(EntitySamples.Ada, Approved: null), new(new GitLabPerson(), Approved: true)] });

        Assert.IsFalse(mapped.TryGetProperty("reviewers", out _));
    }

    [TestMethod]
    public void Has_an_empty_author_rather_than_an_invented_one()
    {
        var mapped = Map(EntitySamples.MergeRequest with { Author = null, CommentCount = null });

        Assert.AreEqual("{}", mapped.GetProperty("author").GetRawText());
        Assert.AreEqual(0, mapped.GetProperty("commentCount").GetInt32());
    }

    [TestMethod]
    [DataRow(1024, 1024)]
    [DataRow(1025, 1024)]
    public void Cuts_the_title_to_Jiras_limit(int length, int expected) =>
        Assert.AreEqual(expected, Text(Map(EntitySamples.MergeRequest with { Title = new string('t', length) }), "title").Length);

    [TestMethod]
    [DataRow(255, 255)]
    [DataRow(256, 255)]
    public void Cuts_branch_names_to_Jiras_limit(int length, int expected)
    {
        var mapped = Map(EntitySamples.MergeRequest with { SourceBranch = new string('s', length), TargetBranch = new string('d', length) });

        Assert.AreEqual(expected, Text(mapped, "sourceBranch").Length);
        Assert.AreEqual(expected, Text(mapped, "destinationBranch").Length);
    }

    [TestMethod]
    [DataRow(255, 255)]
    [DataRow(256, 2)]
    public void Shows_the_number_alone_when_the_reference_is_too_long(int length, int expected) =>
        Assert.AreEqual(expected, Text(Map(EntitySamples.MergeRequest with { Reference = new string('g', length - 2) + "!3" }), "displayId").Length);

    [TestMethod]
    public void Takes_500_keys_and_no_more()
    {
        var keys = Enumerable.Range(1, 501).Select(n => $"TEA-{n}").ToList();

        var mapped = MergeRequestMapper.Map(EntitySamples.Link, EntitySamples.Project, EntitySamples.MergeRequest, keys);

        Assert.AreEqual(500, mapped.GetProperty("issueKeys").GetArrayLength());
        Assert.AreEqual("TEA-1", mapped.GetProperty("issueKeys")[0].GetString());
    }

    [TestMethod]
    public void Refuses_to_map_without_a_key() =>
        Assert.ThrowsExactly<ArgumentException>(() => MergeRequestMapper.Map(EntitySamples.Link, EntitySamples.Project, EntitySamples.MergeRequest, []));

    private static JsonElement Map(GitLabMergeRequest mergeRequest) =>
        MergeRequestMapper.Map(EntitySamples.Link, EntitySamples.Project, mergeRequest, ["TEA-12", "TEA-9"]);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
