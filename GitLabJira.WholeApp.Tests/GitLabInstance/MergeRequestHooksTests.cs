using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class MergeRequestHooksTests
{
    private const string Source = "feature/SHOP-9-guests";

    [TestMethod]
    public async Task Tells_of_a_new_merge_request_only_when_its_diff_is_ready()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Open(hooked);
        using var client = hooked.Instance.As("dana");
        var path = $"projects/{hooked.Checkout.Id}/merge_requests/{opened.Iid}";

        var before = await client.ReadAsync(path);
        Assert.IsEmpty(await hooked.BodiesAsync("Merge Request Hook"));
        hooked.Advance(TimeSpan.FromSeconds(2));
        var body = (await hooked.SingleAsync("Merge Request Hook")).Body;
        var after = await client.ReadAsync(path);

        Assert.IsNull(before["changes_count"]);
        Assert.AreEqual("preparing", (string)before["detailed_merge_status"]!);
        Assert.AreEqual("open", (string)body["object_attributes"]!["action"]!);
        Assert.AreEqual("2026-11-23 09:00:02 UTC", (string)body["object_attributes"]!["updated_at"]!);
        Assert.AreEqual("preparing", (string)body["changes"]!["merge_status"]!["previous"]!);
        Assert.AreEqual("1", (string)after["changes_count"]!);
    }

    [TestMethod]
    public async Task Leaves_out_who_is_not_there()
    {
        await using var hooked = await HookedInstance.StartAsync();
        Open(hooked, reviewers: null);
        hooked.Advance(TimeSpan.FromSeconds(2));

        var body = (await hooked.SingleAsync("Merge Request Hook")).Body.AsObject();

        Assert.IsFalse(body.ContainsKey("reviewers") || body.ContainsKey("assignees"));
    }

    [TestMethod]
    public async Task Approves_without_touching_updated_at()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);
        var before = MergeRequest(hooked, opened.Iid).UpdatedAt;
        hooked.Advance(TimeSpan.FromMinutes(5));

        hooked.Site.Approve("marcus", hooked.Checkout.Id, opened.Iid);
        var body = (await hooked.BodiesAsync("Merge Request Hook")).Single(one => Action(one) == "approved");

        Assert.AreEqual(before, MergeRequest(hooked, opened.Iid).UpdatedAt);
        Assert.IsEmpty(body["changes"]!.AsObject());
        Assert.AreEqual("approved", (string)body["reviewers"]![0]!["state"]!);
        using var client = hooked.Instance.As("dana");
        var approvals = await client.ReadAsync($"projects/{hooked.Checkout.Id}/merge_requests/{opened.Iid}/approvals");
        Assert.AreEqual("marcus", (string)approvals["approved_by"]![0]!["user"]!["username"]!);
    }

    [TestMethod]
    public async Task Tells_single_approvals_from_the_last_one_that_is_needed()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);
        hooked.Site.ConfigureApprovals("marcus", hooked.Checkout.Id, required: 2);

        hooked.Site.Approve("marcus", hooked.Checkout.Id, opened.Iid);
        hooked.Site.Approve("olivia", hooked.Checkout.Id, opened.Iid);
        hooked.Site.Unapprove("olivia", hooked.Checkout.Id, opened.Iid);
        hooked.Site.Unapprove("marcus", hooked.Checkout.Id, opened.Iid);

        CollectionAssert.AreEquivalent(new[] { "open", "approval", "approved", "unapproved", "unapproval" }, (await hooked.BodiesAsync("Merge Request Hook")).Select(Action).ToArray());
    }

    [TestMethod]
    public async Task Tells_new_commits_as_an_update_with_oldrev_and_takes_approvals_back()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);
        hooked.Site.Approve("marcus", hooked.Checkout.Id, opened.Iid);

        var head = hooked.Site.Push("dana", hooked.Checkout.Id, Source, "SHOP-9 more");
        var bodies = await hooked.BodiesAsync("Merge Request Hook");

        var update = bodies.Single(one => Action(one) == "update");
        var reset = bodies.Single(one => Action(one) == "unapproved");
        Assert.AreEqual(opened.HeadSha, (string)update["object_attributes"]!["oldrev"]!);
        Assert.AreEqual(head.Sha, (string)update["object_attributes"]!["last_commit"]!["id"]!);
        Assert.IsTrue((bool)reset["object_attributes"]!["system"]!);
        Assert.AreEqual("approvals_reset_on_push", (string)reset["object_attributes"]!["system_action"]!);
        Assert.IsEmpty(MergeRequest(hooked, opened.Iid).Approvals);
    }

    [TestMethod]
    public async Task Updates_the_merge_request_even_when_the_push_is_too_wide_for_a_push_hook()
    {
        await using var hooked = await HookedInstance.StartAsync();
        Ready(hooked);
        hooked.Site.PushRefs("dana", hooked.Checkout.Id, [new RefChange("a"), new RefChange("b"), new RefChange("c")]);
        await hooked.AllAsync();

        hooked.Site.PushRefs("dana", hooked.Checkout.Id, [.. new[] { Source, "a", "b", "c" }.Select(branch => new RefChange(branch, [new NewCommit("SHOP-9 wide")]))]);

        Assert.HasCount(1, (await hooked.BodiesAsync("Merge Request Hook")).Where(body => Action(body) == "update"));
        Assert.IsEmpty((await hooked.BodiesAsync("Push Hook")).Where(body => body["commits"]!.AsArray().Any(commit => (string)commit!["message"]! == "SHOP-9 wide")));
    }

    [TestMethod]
    public async Task Merges_with_a_commit_that_names_both_and_removes_the_source()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);
        var target = hooked.Checkout.Head("main")!.Sha;

        var merged = hooked.Site.Merge("marcus", hooked.Checkout.Id, opened.Iid, removesSourceBranch: true);
        var all = await hooked.AllAsync();

        var commit = hooked.Checkout.Head("main")!;
        CollectionAssert.AreEqual(new[] { target, opened.HeadSha }, commit.ParentIds.ToArray());
        StringAssert.Contains(commit.Message, $"See merge request acme/shop/checkout!{opened.Iid}");
        Assert.AreEqual(commit.Sha, merged.MergeCommitSha);
        Assert.IsFalse(hooked.Checkout.Branches.ContainsKey(Source));
        Assert.AreEqual(1, all.Count(hook => hook.Event == "Merge Request Hook" && Action(hook.Body) == "merge"));
        Assert.AreEqual(0, all.Count(hook => hook.Event == "Merge Request Hook" && Action(hook.Body) == "close"));
        Assert.AreEqual(1, all.Count(hook => hook.Event == "Push Hook" && (string)hook.Body["ref"]! == "refs/heads/main"));
        Assert.AreEqual(1, all.Count(hook => hook.Event == "Push Hook" && (string)hook.Body["after"]! == Pushing.ZeroSha));
    }

    [TestMethod]
    public async Task Moves_the_target_on_when_it_can_fast_forward()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);

        var merged = hooked.Site.Merge("marcus", hooked.Checkout.Id, opened.Iid, MergeMethod.FastForward);

        Assert.AreEqual(opened.HeadSha, hooked.Checkout.Head("main")!.Sha);
        Assert.IsNull(merged.MergeCommitSha);
    }

    [TestMethod]
    public async Task Takes_a_push_of_its_head_to_the_target_as_a_merge()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);
        var second = hooked.Site.OpenMergeRequest("dana", hooked.Checkout.Id, new NewMergeRequest(hooked.Site.CreateBranch("dana", hooked.Checkout.Id, "other", Source).Name, "SHOP-10 other"));

        hooked.Site.Merge("marcus", hooked.Checkout.Id, opened.Iid);

        Assert.AreEqual(MergeRequestState.Merged, MergeRequest(hooked, second.Iid).State);
    }

    [TestMethod]
    public async Task Closes_the_merge_request_whose_source_branch_goes()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);

        hooked.Site.DeleteBranch("dana", hooked.Checkout.Id, Source);

        Assert.AreEqual(MergeRequestState.Closed, MergeRequest(hooked, opened.Iid).State);
        Assert.HasCount(1, (await hooked.BodiesAsync("Merge Request Hook")).Where(body => Action(body) == "close"));
    }

    [TestMethod]
    public async Task Tells_edits_with_what_was_before()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);

        hooked.Site.EditMergeRequest("dana", hooked.Checkout.Id, opened.Iid, new MergeRequestEdit(Title: "SHOP-11: another key", Reviewers: ["olivia"]));
        var body = (await hooked.BodiesAsync("Merge Request Hook")).Single(one => Action(one) == "update");

        Assert.AreEqual("SHOP-9: Let guests in", (string)body["changes"]!["title"]!["previous"]!);
        Assert.AreEqual("SHOP-11: another key", (string)body["changes"]!["title"]!["current"]!);
        Assert.AreEqual("olivia", (string)body["changes"]!["reviewers"]!["current"]![0]!["username"]!);
        Assert.IsNotNull(MergeRequest(hooked, opened.Iid).LastEditedAt);
    }

    [TestMethod]
    public async Task Counts_comments_but_not_what_the_system_notes()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var opened = Ready(hooked);

        hooked.Site.AddNote("marcus", hooked.Checkout.Id, opened.Iid, "And gift cards?");
        hooked.Site.Approve("marcus", hooked.Checkout.Id, opened.Iid);
        var note = (await hooked.SingleAsync("Note Hook")).Body;
        using var client = hooked.Instance.As("dana");
        var one = await client.ReadAsync($"projects/{hooked.Checkout.Id}/merge_requests/{opened.Iid}");

        Assert.AreEqual("create", (string)note["object_attributes"]!["action"]!);
        Assert.AreEqual(opened.Iid, (long)note["merge_request"]!["iid"]!);
        Assert.AreEqual(1, (int)one["user_notes_count"]!);
    }

    [TestMethod]
    public async Task Sends_a_fork_s_merge_request_from_its_target_and_without_source_once_the_fork_is_gone()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var fork = hooked.Site.ForkProject("dana", hooked.Checkout.Id);
        hooked.Site.Push("dana", fork.Id, "patch", "SHOP-12 from a fork");
        var opened = hooked.Site.OpenMergeRequest("dana", hooked.Checkout.Id, new NewMergeRequest("patch", "SHOP-12: from a fork", SourceProjectId: fork.Id));
        hooked.Advance(TimeSpan.FromSeconds(2));
        hooked.Site.DeleteProject("dana", fork.Id);

        hooked.Site.CloseMergeRequest("marcus", hooked.Checkout.Id, opened.Iid);
        var bodies = await hooked.BodiesAsync("Merge Request Hook");

        Assert.AreEqual(fork.Id, (long)bodies.Single(body => Action(body) == "open")["object_attributes"]!["source"]!["id"]!);
        Assert.IsNull(bodies.Single(body => Action(body) == "close")["object_attributes"]!["source"]);
    }

    private static MergeRequest Open(HookedInstance hooked, IReadOnlyList<string>? reviewers = null)
    {
        hooked.Site.Push("dana", hooked.Checkout.Id, Source, "SHOP-9 Let guests in");
        return hooked.Site.OpenMergeRequest("dana", hooked.Checkout.Id, new NewMergeRequest(Source, "SHOP-9: Let guests in", Reviewers: reviewers));
    }

    private static MergeRequest Ready(HookedInstance hooked)
    {
        var opened = Open(hooked, ["marcus"]);
        hooked.Advance(TimeSpan.FromSeconds(2));
        return opened;
    }

    private static MergeRequest MergeRequest(HookedInstance hooked, long iid) => hooked.Checkout.MergeRequests[iid];

    private static string Action(JsonNode body) => (string)body["object_attributes"]!["action"]!;
}
