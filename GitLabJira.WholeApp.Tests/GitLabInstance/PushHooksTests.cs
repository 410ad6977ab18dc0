using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class PushHooksTests
{
    private const string Zeros = "0000000000000000000000000000000000000000";

    [TestMethod]
    public async Task Sends_a_push_with_GitLab_s_headers_and_a_signature_that_verifies()
    {
        await using var hooked = await HookedInstance.StartAsync();

        var head = hooked.Site.Push("dana", hooked.Checkout.Id, "main", "SHOP-4 Ünïcode & <tags>");
        var hook = await hooked.SingleAsync("Push Hook");

        Assert.AreEqual("hook-token", hook.Headers["X-Gitlab-Token"]);
        Assert.AreEqual(hooked.Site.BaseUrl, hook.Headers["X-Gitlab-Instance"]);
        Assert.AreEqual("GitLab/19.4.1-ee", hook.Headers["User-Agent"]);
        Assert.AreEqual(hook.Headers["Idempotency-Key"], hook.Headers["webhook-id"]);
        Assert.IsTrue(Guid.TryParse(hook.Headers["X-Gitlab-Event-UUID"], out _) && Guid.TryParse(hook.Headers["X-Gitlab-Webhook-UUID"], out _));
        var stamp = long.Parse(hook.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.AreEqual(HookSignature.Sign(HookedInstance.SigningToken, hook.Headers["webhook-id"], stamp, hook.Raw), hook.Headers["webhook-signature"]);
        Assert.AreEqual(head.Sha, (string)hook.Body["after"]!);
        Assert.AreEqual("SHOP-4 Ünïcode & <tags>", (string)hook.Body["commits"]![0]!["message"]!);
    }

    [TestMethod]
    public async Task Hides_addresses_that_are_not_public()
    {
        await using var hooked = await HookedInstance.StartAsync();

        hooked.Site.Push("dana", hooked.Checkout.Id, "main", "SHOP-1 one");
        hooked.Site.Push("olivia", hooked.Checkout.Id, "main", "SHOP-1 two");
        var bodies = await hooked.BodiesAsync("Push Hook");

        Assert.AreEqual("[REDACTED]", (string)bodies.Single(body => (string)body["user_username"]! == "dana")["commits"]![0]!["author"]!["email"]!);
        Assert.AreEqual("olivia@acme.example", (string)bodies.Single(body => (string)body["user_username"]! == "olivia")["commits"]![0]!["author"]!["email"]!);
    }

    [TestMethod]
    public async Task Tells_creation_and_deletion_of_a_branch_by_zeros()
    {
        await using var hooked = await HookedInstance.StartAsync();

        var made = hooked.Site.CreateBranch("dana", hooked.Checkout.Id, "feature/SHOP-2");
        hooked.Site.DeleteBranch("dana", hooked.Checkout.Id, "feature/SHOP-2");
        var bodies = await hooked.BodiesAsync("Push Hook");

        var created = bodies.Single(body => (string)body["before"]! == Zeros);
        var deleted = bodies.Single(body => (string)body["after"]! == Zeros);
        Assert.AreEqual(made.Sha, (string)created["after"]!);
        Assert.IsEmpty(created["commits"]!.AsArray());
        Assert.AreEqual("refs/heads/feature/SHOP-2", (string)deleted["ref"]!);
        Assert.IsNull(deleted["checkout_sha"]);
        Assert.AreEqual(0, (int)deleted["total_commits_count"]!);
    }

    [TestMethod]
    public async Task Brings_the_newest_twenty_commits_in_order_and_the_true_count()
    {
        await using var hooked = await HookedInstance.StartAsync();

        hooked.Site.Push("dana", hooked.Checkout.Id, "feature/SHOP-3", [.. Enumerable.Range(1, 27).Select(number => new NewCommit($"SHOP-3 step {number}"))]);
        var body = (await hooked.SingleAsync("Push Hook")).Body;

        Assert.AreEqual(27, (int)body["total_commits_count"]!);
        CollectionAssert.AreEqual(
            Enumerable.Range(8, 20).Select(number => $"SHOP-3 step {number}").ToArray(),
            body["commits"]!.AsArray().Select(commit => (string)commit!["message"]!).ToArray());
    }

    [TestMethod]
    [DataRow(3, 3)]
    [DataRow(4, 0)]
    public async Task Sends_nothing_for_more_than_three_refs_of_one_action(int refs, int expected)
    {
        await using var hooked = await HookedInstance.StartAsync();

        hooked.Site.PushRefs("dana", hooked.Checkout.Id, [.. Enumerable.Range(1, refs).Select(number => new RefChange($"SHOP-{number}-many", [new NewCommit("work")]))]);

        Assert.HasCount(expected, await hooked.BodiesAsync("Push Hook"));
        Assert.AreEqual(refs, hooked.Checkout.Branches.Keys.Count(name => name.EndsWith("-many", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Counts_actions_of_one_push_apart()
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Site.PushRefs("dana", hooked.Checkout.Id, [new RefChange("a"), new RefChange("b"), new RefChange("c"), new RefChange("d")]);

        hooked.Site.PushRefs("dana", hooked.Checkout.Id, [new RefChange("a", Deletes: true), new RefChange("b", Deletes: true), new RefChange("c", Deletes: true), new RefChange("d", Deletes: true), new RefChange("e")]);

        Assert.AreEqual("refs/heads/e", (string)(await hooked.SingleAsync("Push Hook")).Body["ref"]!);
    }

    [TestMethod]
    public async Task Does_not_mark_a_force_push_but_lists_only_what_is_new()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var first = hooked.Site.Push("dana", hooked.Checkout.Id, "feature/SHOP-5", [new NewCommit("SHOP-5 kept"), new NewCommit("SHOP-5 dropped")]);
        var kept = hooked.Checkout.Commits[first.Sha].ParentIds.Single();

        hooked.Site.ForcePush("dana", hooked.Checkout.Id, "feature/SHOP-5", kept, [new NewCommit("SHOP-5 instead")]);
        var body = (await hooked.BodiesAsync("Push Hook")).Single(one => (string)one["before"]! == first.Sha);

        Assert.AreEqual("SHOP-5 instead", (string)body["commits"]!.AsArray().Single()!["message"]!);
        Assert.AreEqual(1, (int)body["total_commits_count"]!);
        Assert.IsFalse(CommitGraph.IsAncestor(hooked.Checkout.Commits, first.Sha, (string)body["after"]!));
    }

    [TestMethod]
    public async Task Sends_to_the_hooks_of_group_and_project_alike_each_with_its_own_key()
    {
        await using var hooked = await HookedInstance.StartAsync();
        await HookedInstance.HookAsync(hooked.Instance, "marcus", $"projects/{hooked.Checkout.Id}", hooked.Receiver.Url, new { url = hooked.Receiver.Url, push_events = true });

        hooked.Site.Push("dana", hooked.Checkout.Id, "main", "SHOP-1");
        var received = (await hooked.AllAsync()).Where(hook => hook.Event == "Push Hook").ToArray();

        Assert.HasCount(2, received);
        Assert.AreNotEqual(received[0].Headers["Idempotency-Key"], received[1].Headers["Idempotency-Key"]);
        Assert.AreEqual(received[0].Headers["X-Gitlab-Event-UUID"], received[1].Headers["X-Gitlab-Event-UUID"]);
        Assert.AreEqual(1, received.Count(hook => hook.Headers.ContainsKey("X-Gitlab-Token")));
    }

    [TestMethod]
    [DataRow("wildcard", "release/*", "release/1", true)]
    [DataRow("wildcard", "release/*", "feature/1", false)]
    [DataRow("regex", "^feature/SHOP-[0-9]+$", "feature/SHOP-1", true)]
    [DataRow("regex", "^feature/SHOP-[0-9]+$", "feature/SHOP-x", false)]
    [DataRow("all_branches", "none", "any", true)]
    public async Task Filters_pushes_by_branch(string strategy, string filter, string branch, bool heard)
    {
        await using var hooked = await HookedInstance.StartAsync();
        await using var receiver = await HookReceiver.StartAsync();
        await HookedInstance.HookAsync(hooked.Instance, "marcus", $"projects/{hooked.Checkout.Id}", receiver.Url, new { url = receiver.Url, branch_filter_strategy = strategy, push_events_branch_filter = filter });

        hooked.Site.Push("dana", hooked.Checkout.Id, branch, "work");
        await hooked.Site.WhenHooksAreDeliveredAsync();

        Assert.HasCount(heard ? 1 : 0, receiver.Received);
    }

    [TestMethod]
    public async Task Stops_group_hooks_when_the_subscription_ends()
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Site.SetPlan(hooked.Instance.Acme.Id, GitLabPlan.Free);

        hooked.Site.Push("dana", hooked.Checkout.Id, "main", "SHOP-1");

        Assert.IsEmpty(await hooked.AllAsync());
    }

    [TestMethod]
    public async Task Posts_to_nobody_but_this_machine()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var id = await HookedInstance.HookAsync(hooked.Instance, "marcus", $"projects/{hooked.Checkout.Id}", "", new { url = "https://hooks.example/gitlab" });

        hooked.Site.Push("dana", hooked.Checkout.Id, "main", "SHOP-1");
        await hooked.Site.WhenHooksAreDeliveredAsync();

        Assert.AreEqual("internal error", hooked.Site.HookLog.Of(id).Single().Error);
    }
}
