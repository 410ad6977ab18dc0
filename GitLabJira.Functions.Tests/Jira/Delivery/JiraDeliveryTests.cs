using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

[TestClass]
public sealed class JiraDeliveryTests(TestContext test)
{
    private static readonly Link Link = DeliverySamples.Link();

    private readonly DeliveryWorld _world = new();

    private AppProcess App => field ??= _world.Process();

    [TestMethod]
    public async Task Sends_at_once_while_the_site_is_idle()
    {
        await SubmitAsync(Tea("1", 10), Tea("2", 11));

        Assert.AreSequenceEqual(["POST 1 2"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.AreEqual(10, (await FindAsync("1"))!.Sequence);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
        Assert.IsEmpty(_world.Wakes);
        Assert.IsFalse((await LookAsync()).State.IsHeld(_world.Clock.GetUtcNow()));
    }

    [TestMethod]
    public async Task Lets_automation_fire_only_where_it_may()
    {
        await SubmitAsync(Tea("1", 10));
        await SubmitAsync(DeliverySamples.Upsert(DeliverySamples.Entity("2"), 11, "tea", mayFire: false));

        Assert.AreSequenceEqual([false, true], _world.Jira.Posts.Select(p => (bool)p.Body!["preventTransitions"]!));
        Assert.AreSequenceEqual(["NORMAL", "NORMAL"], _world.Jira.Posts.Select(p => (string)p.Body!["operationType"]!));
    }

    [TestMethod]
    public async Task Sends_the_same_content_once()
    {
        await SubmitAsync(Tea("1", 10));
        await SubmitAsync(Tea("1", 20));
        await SubmitAsync(Tea("1", 10));

        Assert.HasCount(1, _world.Jira.Calls);
        Assert.AreEqual(20, (await FindAsync("1"))!.Sequence);
    }

    [TestMethod]
    public async Task Drops_what_is_older_than_a_confirmation_and_looks_again()
    {
        await SubmitAsync(Tea("1", 10));
        await SubmitAsync(Tea("1", 30));
        await SubmitAsync(Tea("1", 20, "stale"));

        Assert.HasCount(1, _world.Jira.Calls);
        Assert.AreEqual((DeliverySamples.Entity("1"), TimeSpan.FromSeconds(60)), _world.Looks.Single());
    }

    [TestMethod]
    public async Task Looks_once_more_a_minute_after_content_changed_twice_within_one()
    {
        await SubmitAsync(Tea("1", 10, "a"));
        await SubmitAsync(Tea("2", 10, "a"));
        _world.Clock.Advance(TimeSpan.FromSeconds(59));
        await SubmitAsync(Tea("1", 20, "b"));
        _world.Clock.Advance(TimeSpan.FromSeconds(2));
        await SubmitAsync(Tea("2", 20, "b"));

        Assert.AreEqual((DeliverySamples.Entity("1"), TimeSpan.FromSeconds(60)), _world.Looks.Single());
    }

    [TestMethod]
    public async Task Coalesces_settle_looks_but_ends_with_one_a_minute_after_the_last_change()
    {
        var last = DeliverySamples.Start;

        for (var n = 0; n < 40; n++)
        {
            await SubmitAsync(Tea("1", 10 + n, $"{n}"));
            last = _world.Clock.GetUtcNow();
            _world.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.IsLessThanOrEqualTo(6, _world.Looks.Count);
        Assert.IsGreaterThanOrEqualTo(last + TimeSpan.FromSeconds(60), _world.LookTimes.Max());
    }

    [TestMethod]
    public async Task Takes_the_newest_of_one_entity()
    {
        await SubmitAsync(Tea("1", 11, "new"), Tea("1", 10, "old"));

        Assert.AreEqual("new", (string)_world.Jira.Posts.Single().Body!["repositories"]![0]!["pullRequests"]![0]!["title"]!);
    }

    [TestMethod]
    public async Task Deletes_at_once_and_again_when_all_has_settled()
    {
        await SubmitAsync(Tea("1", 10));
        _world.Clock.Advance(TimeSpan.FromHours(1));
        await SubmitAsync(DeliverySamples.Deletion(DeliverySamples.Entity("1"), 20));
        Assert.IsTrue((await FindAsync("1"))!.Tombstone);

        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);

        const string Delete = "DELETE /rest/devinfo/0.10/repository/42/pull_request/1?_updateSequenceId=20";
        Assert.AreSequenceEqual(["POST 1", Delete, Delete], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
        Assert.IsEmpty((await LookAsync()).Marks);
    }

    [TestMethod]
    public async Task Repeats_no_deletion_that_is_not_the_last_word()
    {
        await SubmitAsync(DeliverySamples.Deletion(DeliverySamples.Entity("1"), 20));
        _world.Clock.Advance(TimeSpan.FromMinutes(9));
        await SubmitAsync(Tea("1", 30));

        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreSequenceEqual(["DELETE", "POST", "POST"], _world.Jira.Calls.Select(c => c.Method.Method));
        Assert.AreSequenceEqual([true, true], _world.Jira.Posts.Select(p => (bool)p.Body!["preventTransitions"]!));
        Assert.AreSequenceEqual([30L, 30L], _world.Jira.Posts.Select(p => (long)p.Body!["repositories"]![0]!["pullRequests"]![0]!["updateSequenceId"]!));
    }

    [TestMethod]
    public async Task Sends_news_once_when_a_deletion_has_settled_before()
    {
        await SubmitAsync(DeliverySamples.Deletion(DeliverySamples.Entity("1"), 20));
        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);
        await SubmitAsync(Tea("1", 30));

        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreSequenceEqual(["DELETE", "DELETE", "POST"], _world.Jira.Calls.Select(c => c.Method.Method));
    }

    [TestMethod]
    public async Task Makes_the_few_calls_that_one_event_takes()
    {
        await SubmitAsync(Tea("1", 10), DeliverySamples.Deletion(DeliverySamples.Entity("2"), 11));

        Assert.AreSequenceEqual(["POST 1", "DELETE /rest/devinfo/0.10/repository/42/pull_request/2?_updateSequenceId=11"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.IsEmpty(_world.Wakes);
    }

    [TestMethod]
    public async Task Appends_what_takes_more_calls_and_wakes_Deliver()
    {
        await SubmitAsync(Deletions(1, 2, 3, 4, 5));

        Assert.HasCount(3, _world.Jira.Calls);
        Assert.HasCount(2, Waiting());
        Assert.AreSequenceEqual([DeliverySamples.Site], _world.TakeWakes());
    }

    [TestMethod]
    public async Task Judges_again_what_another_process_sent_since_the_look()
    {
        await SubmitAsync(Tea("1", 10));
        var found = await App.SentStore.ReadAsync(SentKey.Of(DeliverySamples.Entity("1")), test.CancellationToken);
        await _world.Process().Delivery.SubmitAsync(Link, Lane.Live, [Tea("1", 30, "newer")], test.CancellationToken);

        await SubmitAsync(Tea("1", 20, "older") with { Found = found });
        await SubmitAsync(Tea("1", 40, "newest") with { Found = found });

        Assert.AreSequenceEqual(["1 10", "1 30", "1 40"], _world.Jira.Posts.Select(post => $"1 {post.Body!["repositories"]![0]!["pullRequests"]![0]!["updateSequenceId"]}"));
        Assert.AreEqual(40, (await FindAsync("1"))!.Sequence);
    }

    [TestMethod]
    public async Task Judges_again_what_another_process_sent_of_something_that_was_new_to_the_look()
    {
        await _world.Process().Delivery.SubmitAsync(Link, Lane.Live, [Tea("1", 30, "newer")], test.CancellationToken);

        await SubmitAsync(Tea("1", 20, "older") with { Found = new SentRow(SentKey.Of(DeliverySamples.Entity("1"))) });

        Assert.HasCount(1, _world.Jira.Calls);
    }

    [TestMethod]
    public async Task Sends_nothing_of_a_link_after_its_deletion_although_the_process_remembers_site_and_link()
    {
        await SubmitAsync(Tea("1", 10));
        _world.CachedLink = Link;
        _world.Links.Remove(Link.Id);
        var cleanUp = _world.Process().CleanUp;
        await cleanUp.DropOutboxAsync(Link, test.CancellationToken);
        Assert.IsNull(await cleanUp.DeleteAtJiraAsync(Link, new HashSet<string>(), since: null, test.CancellationToken));
        var calls = _world.Jira.Calls.Count;

        await SubmitAsync(Tea("2", 20));

        Assert.HasCount(calls, _world.Jira.Calls);
    }

    [TestMethod]
    public async Task Repeats_what_is_sent_soon_after_the_deletion_of_its_repository_by_another_process()
    {
        await SubmitAsync(Tea("1", 10));
        await _world.Process().Delivery.SubmitAsync(Link, Lane.Live, [DeliverySamples.Deletion(DeliverySamples.Entity("42", EntityKind.Repository), 20)], test.CancellationToken);

        await SubmitAsync(Tea("2", 30) with { Found = new SentRow(SentKey.Of(DeliverySamples.Entity("2"))) });
        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreEqual(2, _world.Jira.Posts.Count(post => post.ToString() == "POST 2"));
    }

    [TestMethod]
    public async Task Comes_back_soon_to_a_site_where_somebody_makes_his_own_call_only()
    {
        await using var other = await HoldAsync(direct: true);

        await SubmitAsync(Tea("1", 10));

        Assert.AreEqual(DeliverySamples.Start.AddSeconds(2), _world.Wakes.Single().Due);
        await _world.RunAsync(App, TimeSpan.FromSeconds(3), test.CancellationToken);
        Assert.IsEmpty(_world.Jira.Calls);
        await other.DisposeAsync();
        await _world.RunAsync(App, TimeSpan.FromSeconds(2), test.CancellationToken);
        Assert.AreSequenceEqual(["POST 1"], _world.Jira.Calls.Select(c => c.ToString()));
    }

    [TestMethod]
    public async Task Appends_while_somebody_else_delivers_and_leaves_waking_to_them()
    {
        await using var other = await HoldAsync();

        await SubmitAsync(Tea("1", 10));

        Assert.IsEmpty(_world.Jira.Calls);
        Assert.IsTrue((await LookAsync()).IsDirty);
        Assert.IsEmpty(_world.Wakes);
        Assert.AreEqual(10, (await FindAsync("1"))!.Sequence);
    }

    [TestMethod]
    public async Task Wakes_Deliver_when_the_lease_was_released_while_it_appended()
    {
        var other = await HoldAsync();
        _world.Storage.BeforeWrite = write =>
        {
            if (write.EndsWith(" Outbox", StringComparison.Ordinal))
            {
                _world.Storage.BeforeWrite = null;
                other.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        };

        await SubmitAsync(Tea("1", 10));

        Assert.AreSequenceEqual([DeliverySamples.Site], _world.TakeWakes());
    }

    [TestMethod]
    public async Task Goes_with_what_waits_already()
    {
        await SubmitAsync(Deletions(1, 2, 3, 4));
        await SubmitAsync(Tea("5", 15));

        Assert.HasCount(3, _world.Jira.Calls);
        Assert.HasCount(1, _world.Wakes);
        await _world.RunAsync(App, TimeSpan.FromSeconds(1), test.CancellationToken);
        Assert.AreSequenceEqual(["DELETE /rest/devinfo/0.10/repository/42/pull_request/4?_updateSequenceId=14", "POST 5"], _world.Jira.Calls.Skip(3).Select(c => c.ToString()));
    }

    [TestMethod]
    public async Task Falls_back_to_the_outbox_when_the_call_fails_and_comes_back_in_time()
    {
        _world.Jira.Next(HttpStatusCode.TooManyRequests, ("Retry-After", "90"));

        await SubmitAsync(Tea("1", 10));

        Assert.HasCount(1, _world.Storage.Rows("Outbox"));
        Assert.AreEqual(DeliverySamples.Start.AddSeconds(90), _world.Wakes.Single().Due);
        await _world.RunAsync(App, TimeSpan.FromSeconds(89), test.CancellationToken);
        Assert.HasCount(1, _world.Jira.Calls);
        await _world.RunAsync(App, TimeSpan.FromSeconds(5), test.CancellationToken);
        Assert.HasCount(2, _world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Calls_nobody_while_the_site_waits_and_wakes_nobody_twice()
    {
        _world.Jira.Next(HttpStatusCode.TooManyRequests, ("Retry-After", "90"));
        await SubmitAsync(Tea("1", 10));

        await SubmitAsync(Tea("2", 11));
        await SubmitAsync(Tea("3", 12));

        Assert.HasCount(1, _world.Jira.Calls);
        Assert.HasCount(1, _world.Wakes);
        await _world.RunAsync(App, TimeSpan.FromSeconds(95), test.CancellationToken);
        Assert.AreSequenceEqual(["POST 1", "POST 1 2 3"], _world.Jira.Calls.Select(c => c.ToString()));
    }

    [TestMethod]
    public async Task Holds_all_sites_when_the_apps_quota_is_used_up()
    {
        _world.Installations["site-2"] = DeliverySamples.Installation(site: "site-2");
        var link = DeliverySamples.Link(2, "site-2");
        _world.Links[link.Id] = link;
        _world.Jira.Next(HttpStatusCode.TooManyRequests, ("Retry-After", "600"), ("RateLimit-Reason", "jira-quota-global-based"));
        await SubmitAsync(Tea("1", 10));

        await App.Delivery.SubmitAsync(link, Lane.Live, [DeliverySamples.Upsert(DeliverySamples.Entity("2", link: link), 11, "tea")], test.CancellationToken);
        await _world.RunAsync(App, TimeSpan.FromMinutes(9), test.CancellationToken);

        Assert.HasCount(1, _world.Jira.Calls);
        await _world.RunAsync(App, TimeSpan.FromMinutes(2), test.CancellationToken);
        Assert.AreSequenceEqual(["site-1.jira.test", "site-2.jira.test"], _world.Jira.Calls.Skip(1).Select(c => c.Host).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task Asks_for_the_secret_once_more_when_Jira_refuses_it()
    {
        _world.Cached = DeliverySamples.Installation("old");
        _world.Jira.Always = call => call.Authorization!.Contains("old", StringComparison.Ordinal) ? StubHttp.Answer(HttpStatusCode.Unauthorized) : null;

        await SubmitAsync(Tea("1", 10));

        Assert.HasCount(2, _world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.NotFound)]
    [DataRow(HttpStatusCode.BadGateway)]
    public async Task Follows_a_site_to_its_new_address_at_once(HttpStatusCode status)
    {
        _world.Cached = DeliverySamples.Installation() with { BaseUrl = new Uri("https://renamed.jira.test") };
        _world.Jira.Always = call => string.Equals(call.Host, "renamed.jira.test", StringComparison.Ordinal) ? StubHttp.Answer(status) : null;

        await SubmitAsync(Tea("1", 10));

        Assert.AreSequenceEqual(["renamed.jira.test", "site-1.jira.test"], _world.Jira.Calls.Select(c => c.Host));
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Waits_for_installed_when_Jira_refuses_the_secret_for_good()
    {
        _world.Jira.Always = call => call.Authorization!.Contains("s3cret", StringComparison.Ordinal) ? StubHttp.Answer(HttpStatusCode.Unauthorized) : null;
        await SubmitAsync(Tea("1", 10));
        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);
        Assert.HasCount(1, _world.Jira.Calls);

        _world.Installations[DeliverySamples.Site] = DeliverySamples.Installation("rotated");
        await App.Delivery.WakeAsync(DeliverySamples.Site, test.CancellationToken);
        await _world.RunAsync(App, TimeSpan.FromSeconds(5), test.CancellationToken);

        Assert.HasCount(2, _world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    [DataRow(LinkState.Unlinking, 1, 1)]
    [DataRow(LinkState.Active, 2, 1)]
    [DataRow(LinkState.Active, 1, 2)]
    public async Task Drops_work_of_a_link_that_is_not_the_same_any_more(LinkState state, int epoch, int installationEpoch)
    {
        _world.Links[Link.Id] = Link with { State = state, Epoch = epoch };
        _world.Installations[DeliverySamples.Site] = DeliverySamples.Installation() with { Epoch = installationEpoch };

        await SubmitAsync(Tea("1", 10));
        await App.Delivery.AppendBackfillAsync(Link, [Tea("2", 10)], test.CancellationToken);

        Assert.IsEmpty(_world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Drops_work_for_an_uninstalled_site_and_an_unknown_link()
    {
        _world.Installations[DeliverySamples.Site] = DeliverySamples.Installation() with { State = InstallationState.Uninstalled };
        await SubmitAsync(Tea("1", 10));
        _world.Installations[DeliverySamples.Site] = DeliverySamples.Installation();
        _world.Links.Clear();
        await SubmitAsync(Tea("1", 10));

        Assert.IsEmpty(_world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    [DataRow(LinkState.NeedsSignIn)]
    [DataRow(LinkState.HookRemoved)]
    [DataRow(LinkState.Broken)]
    public async Task Sends_what_came_though_the_link_has_a_problem(LinkState state)
    {
        _world.Links[Link.Id] = Link with { State = state };

        await SubmitAsync(Tea("1", 10));

        Assert.HasCount(1, _world.Jira.Calls);
    }

    [TestMethod]
    public async Task Sends_again_what_named_an_issue_that_Jira_did_not_know()
    {
        _world.Jira.Next(call => ScriptedJira.Taken(call, null, "TEA-2"));
        await SubmitAsync(DeliverySamples.Upsert(DeliverySamples.Entity("1"), 10, "tea", "TEA-1 TEA-2"), Tea("2", 10));

        await SubmitAsync(DeliverySamples.Upsert(DeliverySamples.Entity("1"), 20, "tea", "TEA-1 TEA-2"), Tea("2", 20));

        Assert.AreSequenceEqual(["POST 1 2", "POST 1"], _world.Jira.Calls.Select(c => c.ToString()));
    }

    [TestMethod]
    public async Task Ends_a_rejected_entity_with_a_line_that_tells_ids_only()
    {
        _world.Jira.Next(call => ScriptedJira.Taken(call, ["1"]));

        await SubmitAsync(Tea("1", 10, "Ada's title"), Tea("2", 10));

        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
        Assert.IsNotNull(await FindAsync("2"));
        var line = _world.Logs.GetSnapshot().Single(r => r.Message.Contains("rejected", StringComparison.Ordinal));
        Assert.Contains("MergeRequest 1", line.Message);
        Assert.DoesNotContain("Ada", line.Message);
    }

    [TestMethod]
    public async Task Tries_no_lease_for_backfill()
    {
        await App.Delivery.AppendBackfillAsync(Link, [Tea("1", 10)], test.CancellationToken);

        Assert.IsEmpty(_world.Jira.Calls);
        Assert.IsEmpty(_world.Wakes);
        Assert.HasCount(1, _world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Sends_live_news_at_once_while_backfill_waits()
    {
        await App.Delivery.AppendBackfillAsync(Link, [Tea("1", 10)], test.CancellationToken);

        await SubmitAsync(Tea("2", 10));

        Assert.AreSequenceEqual(["POST 2"], _world.Jira.Calls.Select(c => c.ToString()));
    }

    [TestMethod]
    public async Task Refuses_what_it_could_never_send()
    {
        var headless = Tea("1", 10) with { Repository = null };
        var build = DeliverySamples.Upsert(DeliverySamples.Entity("1", EntityKind.Build), 10, "x") with { Repository = Tea("1", 10).Repository };

        await Assert.ThrowsExactlyAsync<ArgumentException>(() => SubmitAsync(headless));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => SubmitAsync(build));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => App.Delivery.SubmitAsync(Link, Lane.Backfill, [Tea("1", 10)], test.CancellationToken));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => App.Delivery.AppendBackfillAsync(Link, [build], test.CancellationToken));
    }

    private Task SubmitAsync(params EntityChange[] changes) => App.Delivery.SubmitAsync(Link, Lane.Live, changes, test.CancellationToken);

    private Task<SentEntity?> FindAsync(string id) => App.Sent.FindAsync(DeliverySamples.Entity(id), test.CancellationToken);

    private Task<SiteView> LookAsync() => App.Sites.LookAsync(DeliverySamples.Site, test.CancellationToken);

    private static EntityChange[] Deletions(params int[] numbers) => [.. numbers.Select(number => DeliverySamples.Deletion(DeliverySamples.Entity($"{number}"), 10 + number))];

    /// <summary>Rows that can go at once.</summary>
    private List<System.Text.Json.Nodes.JsonObject> Waiting() => [.. _world.Storage.Rows("Outbox").Where(row => ((string)row["RowKey"]!).StartsWith("n!", StringComparison.Ordinal))];

    private async Task<Held> HoldAsync(bool direct = false)
    {
        var sites = _world.Process().Sites;
        var lease = await sites.TryTakeAsync(DeliverySamples.Site, (await sites.LookAsync(DeliverySamples.Site, test.CancellationToken)).State, direct, test.CancellationToken);
        return new Held(lease!);
    }

    private static EntityChange Tea(string id, long sequence, string content = "tea") => DeliverySamples.Upsert(DeliverySamples.Entity(id), sequence, content);

    private sealed class Held(SiteLease lease) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await lease.ReleaseAsync(CancellationToken.None);
    }
}
