using System.Net;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class HookDeliveryTests
{
    [TestMethod]
    public async Task Pauses_a_hook_from_the_fourth_failure_in_a_row_and_longer_each_time()
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Receiver.Answer = Saying(500);
        var pauses = new List<double>();

        for (var failure = 1; failure <= 16; failure++)
        {
            await PushAsync(hooked);
            pauses.Add(hooked.Hook.DisabledUntil is { } until ? Math.Round((until - hooked.Site.Now).TotalMinutes) : 0);
            hooked.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        }

        CollectionAssert.AreEqual(new double[] { 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440 }, pauses);
    }

    [TestMethod]
    public async Task Drops_events_while_the_hook_is_paused_without_counting_them()
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Receiver.Answer = Saying(404);

        for (var failure = 1; failure <= 4; failure++)
        {
            await PushAsync(hooked);
        }

        await PushAsync(hooked);

        Assert.HasCount(4, hooked.Receiver.Received);
        Assert.AreEqual(4, hooked.Hook.RecentFailures);
        Assert.AreEqual("temporarily_disabled", AutoDisable.AlertStatus(hooked.Hook, hooked.Site.Now));
        Assert.AreEqual(1, hooked.Site.HookLog.Count(HookOutcome.HookDisabled));
    }

    [TestMethod]
    public async Task Forgets_all_failures_with_one_success()
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Receiver.Answer = Saying(500);
        await PushAsync(hooked);
        await PushAsync(hooked);
        hooked.Receiver.Answer = Saying(302);

        await PushAsync(hooked);

        Assert.AreEqual(0, hooked.Hook.RecentFailures);
    }

    [TestMethod]
    public async Task Switches_a_hook_off_for_good_at_the_fortieth_failure_until_a_test_succeeds()
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Receiver.Answer = Saying(500);

        for (var failure = 1; failure <= 40; failure++)
        {
            await PushAsync(hooked);
            hooked.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        }

        Assert.AreEqual("disabled", AutoDisable.AlertStatus(hooked.Hook, hooked.Site.Now));
        hooked.Receiver.Answer = Saying(200);
        await PushAsync(hooked);
        Assert.HasCount(40, hooked.Receiver.Received);

        using var client = hooked.Instance.As("olivia");
        using var test = await client.SendAsync(HttpMethod.Post, $"groups/{hooked.Instance.Acme.Id}/hooks/{hooked.HookId}/test/push_events");

        Assert.AreEqual(HttpStatusCode.Created, test.StatusCode);
        Assert.AreEqual("executable", AutoDisable.AlertStatus(hooked.Hook, hooked.Site.Now));
    }

    [TestMethod]
    public async Task Gives_a_receiver_ten_seconds_and_never_tries_again()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var arrived = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        hooked.Receiver.Answer = http =>
        {
            arrived.TrySetResult();
            return never.Task.WaitAsync(http.RequestAborted);
        };

        hooked.Site.Push("dana", hooked.Checkout.Id, "main", "SHOP-1");
        await arrived.Task;
        hooked.Advance(TimeSpan.FromSeconds(9.9));
        var early = hooked.Site.HookLog.Of(hooked.HookId).Single().Outcome;
        hooked.Advance(TimeSpan.FromSeconds(0.1));
        await hooked.Site.WhenHooksAreDeliveredAsync();
        hooked.Advance(TimeSpan.FromDays(1));

        Assert.AreEqual(HookOutcome.Waiting, early);
        Assert.AreEqual(HookOutcome.Failed, hooked.Site.HookLog.Of(hooked.HookId).Single().Outcome);
        Assert.HasCount(1, hooked.Receiver.Received);
    }

    [TestMethod]
    public async Task Keeps_body_and_key_in_a_resend()
    {
        await using var hooked = await HookedInstance.StartAsync();
        await PushAsync(hooked);
        using var client = hooked.Instance.As("olivia");
        var path = $"groups/{hooked.Instance.Acme.Id}/hooks/{hooked.HookId}/events";
        var log = await client.ListAsync(path);

        using var resent = await client.SendAsync(HttpMethod.Post, $"{path}/{log.Single()!["id"]}/resend");

        Assert.AreEqual(HttpStatusCode.Created, resent.StatusCode);
        var both = hooked.Receiver.Received;
        CollectionAssert.AreEqual(both[0].Raw, both[1].Raw);
        Assert.AreEqual(both[0].Headers["Idempotency-Key"], both[1].Headers["Idempotency-Key"]);
        Assert.AreNotEqual(both[0].Headers["X-Gitlab-Event-UUID"], both[1].Headers["X-Gitlab-Event-UUID"]);
        Assert.AreEqual("[REDACTED]", (string)log.Single()!["request_headers"]!["X-Gitlab-Token"]!);
    }

    [TestMethod]
    public async Task Shuffles_and_doubles_deliveries_by_a_seed()
    {
        var one = await DisorderAsync(seed: 3);
        var same = await DisorderAsync(seed: 3);
        var other = await DisorderAsync(seed: 4);

        CollectionAssert.AreEqual(one, same);
        CollectionAssert.AreNotEqual(one, other);
        CollectionAssert.AreNotEqual(one.Order().ToArray(), one);
        Assert.IsGreaterThan(30, one.Length);
        Assert.HasCount(30, one.Distinct());
    }

    [TestMethod]
    public async Task Loses_deliveries_on_demand()
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Site.Faults.DropHook = delivery => delivery.Trigger is HookTrigger.Push;

        await PushAsync(hooked);
        hooked.Site.Faults.DropHook = null;
        await PushAsync(hooked);

        Assert.HasCount(1, hooked.Receiver.Received);
        Assert.AreEqual(1, hooked.Site.HookLog.Count(HookOutcome.Dropped));
    }

    [TestMethod]
    public async Task Falls_silent_when_the_namespace_has_used_up_its_minute()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var portfolio = hooked.Site.State.Project("freelancers/portfolio");
        var id = await HookedInstance.HookAsync(hooked.Instance, "frieda", $"projects/{portfolio.Id}", hooked.Receiver.Url, new { url = hooked.Receiver.Url });

        for (var push = 0; push < 501; push++)
        {
            hooked.Site.Push("frieda", portfolio.Id, "main", "SHOP-1");
        }

        await hooked.Site.WhenHooksAreDeliveredAsync();
        hooked.Advance(TimeSpan.FromMinutes(1));
        hooked.Site.Push("frieda", portfolio.Id, "main", "SHOP-1");
        await hooked.Site.WhenHooksAreDeliveredAsync();

        Assert.AreEqual(1, hooked.Site.HookLog.Count(HookOutcome.RateLimited));
        Assert.AreEqual(501, hooked.Site.HookLog.Of(id).Count(delivery => delivery.Outcome is HookOutcome.Delivered));
    }

    [TestMethod]
    public async Task Tells_group_hooks_of_projects_subgroups_and_members()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var shop = hooked.Site.State.Group("acme/shop");

        var made = hooked.Site.CreateProject("olivia", shop.Id, "Gift Cards");
        hooked.Site.MoveProject("olivia", made.Id, hooked.Instance.Acme.Id);
        hooked.Site.DeleteProject("olivia", made.Id);
        var below = hooked.Site.CreateSubgroup("olivia", shop.Id, "Outlet");
        hooked.Site.DeleteGroup("olivia", below.Id);
        hooked.Site.SetGroupMember("olivia", hooked.Instance.Acme.Id, "marcus", AccessLevel.Developer);
        hooked.Site.SetGroupMember("olivia", hooked.Instance.Acme.Id, "marcus", AccessLevel.None);

        var all = await hooked.AllAsync();
        CollectionAssert.AreEquivalent(
            new[] { "project_create", "project_destroy", "subgroup_create", "subgroup_destroy", "user_update_for_group", "user_remove_from_group" },
            all.Select(hook => (string)hook.Body["event_name"]!).ToArray());
        Assert.AreEqual("acme/gift-cards", (string)all.Single(hook => (string)hook.Body["event_name"]! == "project_destroy").Body["path_with_namespace"]!);
    }

    [TestMethod]
    public async Task Tells_a_flag_s_flip_before_anybody_can_see_it_and_other_edits_never()
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Site.CreateFeatureFlag("dana", hooked.Checkout.Id, "gift-cards", "SHOP-13", isActive: false);
        hooked.Site.UpdateFeatureFlag("dana", hooked.Checkout.Id, "gift-cards", description: "SHOP-14");

        hooked.Site.UpdateFeatureFlag("dana", hooked.Checkout.Id, "gift-cards", isActive: true);
        var body = (await hooked.SingleAsync("Feature Flag Hook")).Body;
        using var client = hooked.Instance.As("dana");
        var during = await client.ReadAsync($"projects/{hooked.Checkout.Id}/feature_flags/gift-cards");
        hooked.Advance(TimeSpan.FromSeconds(1));
        var after = await client.ReadAsync($"projects/{hooked.Checkout.Id}/feature_flags/gift-cards");

        Assert.IsTrue((bool)body["object_attributes"]!["active"]!);
        Assert.IsFalse((bool)during["active"]!);
        Assert.IsTrue((bool)after["active"]!);
        Assert.IsNull(after["id"]);
    }

    [TestMethod]
    public async Task Tells_pipelines_and_deployments_as_they_go()
    {
        await using var hooked = await HookedInstance.StartAsync();
        var pipeline = hooked.Site.CreatePipeline("dana", hooked.Checkout.Id, "main");
        hooked.Site.SetPipelineStatus(hooked.Checkout.Id, pipeline.Id, CiStatus.Running);
        var deployment = hooked.Site.CreateDeployment("dana", hooked.Checkout.Id, "production", "main", pipelineId: pipeline.Id, status: DeploymentStatus.Created);
        hooked.Site.SetDeploymentStatus(hooked.Checkout.Id, deployment.Id, DeploymentStatus.Running);
        hooked.Site.SetDeploymentStatus(hooked.Checkout.Id, deployment.Id, DeploymentStatus.Success);

        var pipelines = await hooked.BodiesAsync("Pipeline Hook");
        var deployments = await hooked.BodiesAsync("Deployment Hook");
        using var client = hooked.Instance.As("dana");
        var detail = await client.ReadAsync($"projects/{hooked.Checkout.Id}/deployments/{deployment.Id}");
        var place = await client.ReadAsync($"projects/{hooked.Checkout.Id}/environments/{detail["environment"]!["id"]}");

        CollectionAssert.AreEquivalent(new[] { "created", "running" }, pipelines.Select(body => (string)body["object_attributes"]!["status"]!).ToArray());
        CollectionAssert.AreEquivalent(new[] { "running", "success" }, deployments.Select(body => (string)body["status"]!).ToArray());
        Assert.IsTrue(deployments.All(body => !body.AsObject().ContainsKey("iid")));
        Assert.AreEqual(1, (int)detail["iid"]!);
        Assert.AreEqual(pipeline.Id, (long)detail["deployable"]!["pipeline"]!["id"]!);
        Assert.IsFalse(detail["environment"]!.AsObject().ContainsKey("tier"));
        Assert.AreEqual("production", (string)place["tier"]!);
    }

    private static async Task<int[]> DisorderAsync(int seed)
    {
        await using var hooked = await HookedInstance.StartAsync();
        hooked.Site.Faults.Hooks = new HookDisorder(TimeSpan.FromSeconds(60), DoubleRate: 0.3, Seed: seed);

        for (var number = 1; number <= 30; number++)
        {
            hooked.Site.Push("dana", hooked.Checkout.Id, "main", $"SHOP-1 step {number}");
        }

        // Small steps, so that the times tell the order.
        for (var step = 0; step < 6_000; step++)
        {
            hooked.Advance(TimeSpan.FromMilliseconds(10));
        }

        await hooked.Site.WhenHooksAreDeliveredAsync();
        return [.. hooked.Site.HookLog.All.OrderBy(delivery => delivery.SentAt).ThenBy(delivery => delivery.Id).Select(delivery => Step(delivery.Body.Span))];
    }

    private static int Step(ReadOnlySpan<byte> body)
    {
        var message = (string)System.Text.Json.Nodes.JsonNode.Parse(body)!["commits"]![0]!["message"]!;
        return int.Parse(message["SHOP-1 step ".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task PushAsync(HookedInstance hooked)
    {
        hooked.Site.Push("dana", hooked.Checkout.Id, "main", "SHOP-1 again");
        await hooked.Site.WhenHooksAreDeliveredAsync();
    }

    private static Func<HttpContext, Task> Saying(int status) => http =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
