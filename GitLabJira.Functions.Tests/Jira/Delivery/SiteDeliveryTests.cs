using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

[TestClass]
public sealed class SiteDeliveryTests(TestContext test)
{
    private static readonly Link Link = DeliverySamples.Link();
    private static readonly EntityRef Repository = DeliverySamples.Entity("42", EntityKind.Repository);

    private readonly DeliveryWorld _world = new();

    private AppProcess App => field ??= _world.Process();

    [TestMethod]
    public async Task Sends_what_waits_together_the_newest_of_each()
    {
        await AppendAsync(Tea("1", 10, "old"), Tea("2", 11));
        await AppendAsync(Tea("1", 12, "new"));

        await DeliverAsync();

        Assert.AreSequenceEqual(["POST 1 2"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.AreEqual("new", (string)_world.Jira.Posts[0].Body!["repositories"]![0]!["pullRequests"]![0]!["title"]!);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
        Assert.IsEmpty((await LookAsync()).Marks);
        Assert.IsEmpty(_world.Wakes);
    }

    [TestMethod]
    public async Task Looks_once_more_where_two_joined_reads_may_be_wrong_about_which_is_newer()
    {
        var second = 1_000_000L;
        await AppendAsync(Tea("1", 10 * second, "a"), Tea("2", 10 * second, "a"), Tea("3", 10 * second, "a"));
        await AppendAsync(Tea("1", 12 * second, "b"), Tea("2", 71 * second, "b"), Tea("3", 12 * second, "a"));

        await DeliverAsync();

        Assert.AreEqual((DeliverySamples.Entity("1"), TimeSpan.FromSeconds(60)), _world.Looks.Single());
    }

    [TestMethod]
    public async Task Lets_automation_fire_if_any_of_the_joined_changes_may()
    {
        await AppendAsync(DeliverySamples.Upsert(DeliverySamples.Entity("1"), 10, "a", mayFire: true));
        await AppendAsync(DeliverySamples.Upsert(DeliverySamples.Entity("1"), 12, "b", mayFire: false));

        await DeliverAsync();

        Assert.IsFalse((bool)_world.Jira.Posts.Single().Body!["preventTransitions"]!);
    }

    [TestMethod]
    public async Task Sends_live_before_repair_before_backfill_and_never_together()
    {
        await App.Delivery.AppendBackfillAsync(Link, [Tea("b", 10)], test.CancellationToken);
        await AppendAsync(Lane.Repair, DeliverySamples.Upsert(DeliverySamples.Entity("r"), 10, "tea", mayFire: false));
        await AppendAsync(Tea("l", 10));

        await DeliverAsync();

        Assert.AreSequenceEqual(["POST l", "POST r", "POST b"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.AreSequenceEqual(["NORMAL", "NORMAL", "BACKFILL"], _world.Jira.Posts.Select(p => (string)p.Body!["operationType"]!));
        Assert.AreSequenceEqual([false, true, true], _world.Jira.Posts.Select(p => (bool)p.Body!["preventTransitions"]!));
    }

    [TestMethod]
    public async Task Lets_live_news_in_between_two_calls_of_backfill()
    {
        await App.Delivery.AppendBackfillAsync(Link, [.. Enumerable.Range(0, 500).Select(n => Tea($"b{n}", 10))], test.CancellationToken);
        _world.Jira.OnCall = _ =>
        {
            _world.Jira.OnCall = null;
            App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("l", 20)], test.CancellationToken).GetAwaiter().GetResult();
        };

        await DeliverAsync();

        Assert.AreSequenceEqual([400, 1, 100], _world.Jira.Posts.Select(p => p.Ids.Count));
        Assert.AreEqual("POST l", _world.Jira.Calls[1].ToString());
    }

    [TestMethod]
    public async Task Never_mixes_links_in_one_call()
    {
        var other = DeliverySamples.Link(2);
        _world.Links[other.Id] = other;
        await AppendAsync(Tea("1", 10));
        await App.Outbox.AppendAsync(DeliverySamples.Site, Lane.Live, [DeliverySamples.Upsert(DeliverySamples.Entity("2", link: other), 11, "tea")], test.CancellationToken);

        await DeliverAsync();

        Assert.AreSequenceEqual(
            ["00000001000000000000000000000000", "00000002000000000000000000000000"],
            _world.Jira.Posts.Select(p => (string)p.Body!["properties"]!["linkId"]!));
    }

    [TestMethod]
    public async Task Keeps_Jiras_limits_with_a_large_backlog()
    {
        await App.Delivery.AppendBackfillAsync(
            Link,
            [.. Enumerable.Range(0, 2500).Select(n => DeliverySamples.Upsert(DeliverySamples.Entity($"{n}", project: n % 3), 10, "tea"))],
            test.CancellationToken);

        await DeliverAsync();

        Assert.AreEqual(2500, _world.Jira.Posts.SelectMany(p => p.Ids).Distinct(StringComparer.Ordinal).Count());
        Assert.IsTrue(_world.Jira.Posts.All(p => p.Ids.Count <= 1000 && p.Body!["repositories"]!.AsArray().All(r => r!["pullRequests"]!.AsArray().Count <= 400)));
        Assert.IsLessThanOrEqualTo(8, _world.Jira.Posts.Count);
    }

    [TestMethod]
    public async Task Finds_the_one_bad_entity_and_sends_the_others()
    {
        await App.Delivery.AppendBackfillAsync(Link, [.. Enumerable.Range(0, 300).Select(n => Tea($"{n}", 10))], test.CancellationToken);
        _world.Jira.Always = call => call.Ids.Contains("137") ? StubHttp.Answer(HttpStatusCode.BadRequest) : null;

        await DeliverAsync();

        var taken = _world.Jira.Posts.Where(p => !p.Ids.Contains("137")).SelectMany(p => p.Ids).ToList();
        Assert.HasCount(299, taken.Distinct());
        Assert.HasCount(299, taken);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
        Assert.HasCount(1, _world.Logs.GetSnapshot().Where(r => r.Message.Contains("rejected", StringComparison.Ordinal)));
        Assert.IsLessThanOrEqualTo(40, _world.Jira.Calls.Count);
    }

    [TestMethod]
    public async Task Stops_when_Jira_refuses_twenty_in_a_row_and_keeps_the_rest()
    {
        await App.Delivery.AppendBackfillAsync(Link, [.. Enumerable.Range(0, 100).Select(n => Tea($"{n}", 10))], test.CancellationToken);
        _world.Jira.Always = _ => StubHttp.Answer(HttpStatusCode.BadRequest);

        await _world.RunAsync(App, TimeSpan.FromMinutes(10), test.CancellationToken);

        Assert.HasCount(80, _world.Storage.Rows("Outbox"));
        Assert.HasCount(1, _world.Logs.GetSnapshot().Where(r => r.Level is Microsoft.Extensions.Logging.LogLevel.Critical));
        _world.Jira.Always = null;
        await _world.RunAsync(App, TimeSpan.FromHours(1), test.CancellationToken);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Sends_less_at_a_time_when_it_was_too_large()
    {
        await App.Delivery.AppendBackfillAsync(Link, [.. Enumerable.Range(0, 400).Select(n => Tea($"{n}", 10))], test.CancellationToken);
        _world.Jira.Always = call => call.Ids.Count > 100 ? StubHttp.Answer(HttpStatusCode.RequestEntityTooLarge) : null;

        await DeliverAsync();

        Assert.AreSequenceEqual([400, 200, 100], _world.Jira.Posts.Take(3).Select(p => p.Ids.Count));
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Leaves_a_refused_family_alone_for_an_hour()
    {
        _world.Jira.Next(HttpStatusCode.Forbidden);
        await AppendAsync(Tea("1", 10));
        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);
        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("2", 11)], test.CancellationToken);
        await _world.RunAsync(App, TimeSpan.FromMinutes(29), test.CancellationToken);
        Assert.HasCount(1, _world.Jira.Calls);

        await _world.RunAsync(App, TimeSpan.FromMinutes(4), test.CancellationToken);

        Assert.AreSequenceEqual(["POST 1", "POST 1 2"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Backs_off_and_comes_back_by_itself()
    {
        for (var n = 0; n < 4; n++)
        {
            _world.Jira.Next(HttpStatusCode.BadGateway);
        }

        await AppendAsync(Tea("1", 10));
        await _world.RunAsync(App, TimeSpan.FromMinutes(3), test.CancellationToken);

        Assert.HasCount(5, _world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
        Assert.AreEqual(0, (await LookAsync()).State.Attempts);
    }

    [TestMethod]
    public async Task Asks_a_site_that_was_down_whether_it_runs_before_it_sends()
    {
        _world.Jira.Next(HttpStatusCode.ServiceUnavailable).Next(_ => StubHttp.Answer(HttpStatusCode.OK, """{"state":"MAINTENANCE"}"""));
        await AppendAsync(Tea("1", 10));

        await _world.RunAsync(App, TimeSpan.FromMinutes(3), test.CancellationToken);

        Assert.AreSequenceEqual(["POST 1", "GET /status", "GET /status", "POST 1"], _world.Jira.Calls.Select(c => c.ToString()));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.NotFound)]
    [DataRow(HttpStatusCode.Found)]
    [DataRow(HttpStatusCode.MethodNotAllowed)]
    public async Task Sends_nothing_to_an_address_that_another_site_took_over(HttpStatusCode status)
    {
        _world.Jira.Next(status).Next(_ => StubHttp.Answer(HttpStatusCode.OK, """{"cloudId":"cloud-2"}"""));
        await AppendAsync(Tea("1", 10));
        await _world.RunAsync(App, TimeSpan.FromMinutes(11), test.CancellationToken);
        Assert.AreSequenceEqual(["POST 1", "GET /_edge/tenant_info"], _world.Jira.Calls.Select(c => c.ToString()));

        _world.Installations[DeliverySamples.Site] = DeliverySamples.Installation() with { BaseUrl = new Uri("https://renamed.jira.test") };
        await App.Delivery.WakeAsync(DeliverySamples.Site, test.CancellationToken);
        await _world.RunAsync(App, TimeSpan.FromSeconds(2), test.CancellationToken);

        Assert.AreSequenceEqual(["site-1.jira.test", "site-1.jira.test", "renamed.jira.test", "renamed.jira.test"], _world.Jira.Calls.Select(c => c.Host));
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Comes_back_when_the_lease_of_another_runs_out()
    {
        var other = _world.Process();
        await other.Sites.TryTakeAsync(DeliverySamples.Site, (await other.Sites.LookAsync(DeliverySamples.Site, test.CancellationToken)).State, direct: false, test.CancellationToken);
        await AppendAsync(Tea("1", 10));

        await App.Deliver.DeliverAsync(DeliverySamples.Site, DeliveryTurn.News, test.CancellationToken);
        Assert.IsEmpty(_world.Jira.Calls);
        Assert.AreEqual(DeliverySamples.Start.AddSeconds(61), _world.Wakes.Single().Due);
        await _world.RunAsync(App, TimeSpan.FromSeconds(62), test.CancellationToken);

        Assert.HasCount(1, _world.Jira.Calls);
    }

    [TestMethod]
    public async Task Makes_no_call_once_the_lease_is_lost()
    {
        await AppendAsync(Tea("1", 10), DeliverySamples.Deletion(DeliverySamples.Entity("2"), 11));
        var other = _world.Process();
        _world.Jira.OnCall = _ =>
        {
            _world.Jira.OnCall = null;
            _world.Clock.Advance(TimeSpan.FromSeconds(61));
            other.Deliver.DeliverAsync(DeliverySamples.Site, DeliveryTurn.News, test.CancellationToken).GetAwaiter().GetResult();
        };

        await App.Deliver.DeliverAsync(DeliverySamples.Site, DeliveryTurn.News, test.CancellationToken);

        Assert.AreSequenceEqual(["POST", "POST", "DELETE"], _world.Jira.Calls.Select(c => c.Method.Method));
        Assert.IsFalse((await LookAsync()).State.IsHeld(_world.Clock.GetUtcNow()));
        Assert.AreEqual(1, _world.Storage.Rows("Outbox").Count, "the deletion's repeat");
    }

    [TestMethod]
    public async Task Ends_a_turn_after_30_seconds_and_goes_on_in_another()
    {
        await AppendAsync([.. Enumerable.Range(0, 8).Select(n => DeliverySamples.Deletion(DeliverySamples.Entity($"{n}"), 10))]);
        _world.Jira.OnCall = _ => _world.Clock.Advance(TimeSpan.FromSeconds(8));

        await App.Deliver.DeliverAsync(DeliverySamples.Site, DeliveryTurn.News, test.CancellationToken);

        Assert.HasCount(4, _world.Jira.Calls);
        Assert.AreSequenceEqual([DeliverySamples.Site], _world.TakeWakes());
        Assert.IsFalse((await LookAsync()).State.IsHeld(_world.Clock.GetUtcNow()));
    }

    [TestMethod]
    public async Task Wakes_itself_for_what_was_appended_during_its_turn()
    {
        await AppendAsync(Tea("1", 10));
        _world.Jira.OnCall = _ =>
        {
            _world.Jira.OnCall = null;
            App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("2", 20)], test.CancellationToken).GetAwaiter().GetResult();
        };

        await DeliverAsync();

        Assert.AreSequenceEqual(["POST 1", "POST 2"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.IsEmpty((await LookAsync()).Marks);
    }

    [TestMethod]
    public async Task Is_found_by_the_sweep_when_a_wake_up_was_lost()
    {
        await AppendAsync(Tea("1", 10));
        _world.TakeWakes();

        await _world.RunAsync(App, TimeSpan.FromSeconds(61), test.CancellationToken);

        Assert.HasCount(1, _world.Jira.Calls);
    }

    [TestMethod]
    public async Task Sweeps_no_site_that_waits_or_is_being_delivered_to()
    {
        _world.Jira.Next(HttpStatusCode.TooManyRequests, ("Retry-After", "600"));
        await AppendAsync(Tea("1", 10));
        await DeliverAsync(TimeSpan.Zero);
        _world.TakeWakes();

        await App.Deliver.SweepAsync(test.CancellationToken);
        Assert.IsEmpty(_world.Wakes);
        _world.Clock.Advance(TimeSpan.FromMinutes(10));
        await App.Sites.TryTakeAsync(DeliverySamples.Site, (await LookAsync()).State, direct: false, test.CancellationToken);
        await App.Deliver.SweepAsync(test.CancellationToken);
        Assert.IsEmpty(_world.Wakes);
        _world.Clock.Advance(TimeSpan.FromSeconds(61));
        await App.Deliver.SweepAsync(test.CancellationToken);
        Assert.HasCount(1, _world.Wakes);
    }

    [TestMethod]
    public async Task Drops_rows_of_a_link_that_was_unlinked_meanwhile()
    {
        await AppendAsync(Tea("1", 10));
        _world.Links[Link.Id] = Link with { State = LinkState.Unlinking, Epoch = 2 };

        await DeliverAsync();

        Assert.IsEmpty(_world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Drops_rows_that_waited_for_14_days()
    {
        await AppendAsync(Tea("1", 10));
        _world.Clock.Advance(TimeSpan.FromDays(14) + TimeSpan.FromSeconds(1));
        await AppendAsync(Tea("2", 11));

        await DeliverAsync();

        Assert.AreSequenceEqual(["POST 2"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Finds_rows_at_night_that_nobody_marked()
    {
        // As a process leaves them that dies between the two.
        await App.Outbox.AppendAsync(DeliverySamples.Site, Lane.Live, [Tea("1", 10)], test.CancellationToken);
        await App.Outbox.PutBackfillAsync(DeliverySamples.Site, [Tea("2", 11)], test.CancellationToken);
        await App.Deliver.SweepAsync(test.CancellationToken);
        Assert.IsEmpty(_world.TakeWakes());

        await App.Deliver.TidyAsync(DeliverySamples.Site, test.CancellationToken);
        await App.Deliver.SweepAsync(test.CancellationToken);
        await DeliverAsync();

        Assert.IsEmpty(_world.Storage.Keys("Outbox"));
        Assert.HasCount(2, _world.Jira.Calls);
    }

    [TestMethod]
    public async Task Puts_out_a_row_that_cannot_be_opened_and_sends_the_others()
    {
        await AppendAsync(Tea("1", 10), Tea("2", 11));
        var row = (await App.Outbox.ReadAsync(DeliverySamples.Site, Lane.Live, _ => true, test.CancellationToken))[0];
        await _world.Storage.Tables.Get("Outbox").MergeAsync(new(row.PartitionKey, row.RowKey) { ["Body0"] = new byte[64] }, test.CancellationToken);

        await DeliverAsync();

        Assert.AreSequenceEqual(["POST 2"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Wakes_nobody_for_an_uninstalled_site()
    {
        await AppendAsync(Tea("1", 10));
        _world.Installations[DeliverySamples.Site] = DeliverySamples.Installation() with { State = InstallationState.Uninstalled };

        await _world.RunAsync(App, TimeSpan.FromMinutes(5), test.CancellationToken);

        Assert.IsEmpty(_world.Jira.Calls);
        Assert.IsEmpty((await LookAsync()).Marks);
    }

    [TestMethod]
    public async Task Deletes_a_repository_first_and_with_it_what_is_older()
    {
        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("1", 10), Tea("2", 10)], test.CancellationToken);
        await AppendAsync(Tea("2", 30, "new"), DeliverySamples.Deletion(Repository, 20), Tea("3", 15));

        await DeliverAsync();

        Assert.AreSequenceEqual(
            [
                "POST 1 2",
                "DELETE /rest/devinfo/0.10/repository/42?_updateSequenceId=20",
                $"DELETE /rest/builds/0.1/bulkByProperties?linkId={Link.Id:N}&projectId=42",
                $"DELETE /rest/deployments/0.1/bulkByProperties?linkId={Link.Id:N}&projectId=42",
                $"DELETE /rest/featureflags/0.1/bulkByProperties?linkId={Link.Id:N}&projectId=42",
                "POST 2",
            ],
            _world.Jira.Calls.Select(c => c.ToString()));
        Assert.IsTrue((await App.Sent.FindAsync(DeliverySamples.Entity("1"), test.CancellationToken))!.Tombstone);
        Assert.IsFalse((await App.Sent.FindAsync(DeliverySamples.Entity("2"), test.CancellationToken))!.Tombstone);
        Assert.Contains((DeliverySamples.Entity("3"), TimeSpan.FromSeconds(60)), _world.Looks);
    }

    [TestMethod]
    public async Task Sends_the_same_again_when_its_repository_was_deleted_meanwhile()
    {
        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("1", 10)], test.CancellationToken);
        await AppendAsync(DeliverySamples.Deletion(Repository, 20));
        await AppendAsync(Tea("1", 30));

        await DeliverAsync();

        Assert.AreSequenceEqual(["POST", "DELETE", "DELETE", "DELETE", "DELETE", "POST"], _world.Jira.Calls.Select(c => c.Method.Method));
    }

    [TestMethod]
    public async Task Repeats_no_deletion_of_a_repository_that_is_in_use_again()
    {
        await App.Delivery.SubmitAsync(Link, Lane.Live, [DeliverySamples.Deletion(Repository, 20)], test.CancellationToken);
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("1", 30)], test.CancellationToken);

        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreSequenceEqual(["DELETE", "DELETE", "DELETE", "DELETE", "POST", "POST"], _world.Jira.Calls.Select(c => c.Method.Method));
    }

    [TestMethod]
    public async Task Keeps_a_row_that_cannot_be_opened_and_sends_it_when_it_is_replayed()
    {
        await AppendAsync(Tea("1", 10), Tea("2", 11));
        _world.IsSealBroken = true;

        await DeliverAsync();
        _world.IsSealBroken = false;

        Assert.IsEmpty(_world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
        var failures = await App.Failures.ListAsync(after: null, test.CancellationToken).OrderBy(f => f.EntityId).ToListAsync(test.CancellationToken);
        Assert.AreEqual("outbox MergeRequest 1 10 CryptographicException", string.Join(' ', failures[0].Queue, failures[0].Kind, failures[0].EntityId, failures[0].Sequence, failures[0].Reason.Split(' ')[0]));
        CollectionAssert.Contains(_world.Trail.Notes.Select(note => $"{note.Subject.EntityId} {note.Event}").ToList(), "1 Unreadable");

        Assert.IsTrue(await App.Failures.ReplayAsync(failures[0].Id, test.CancellationToken));
        Assert.IsTrue(await App.Failures.ReplayAsync(failures[1].Id, test.CancellationToken));
        await DeliverAsync();

        Assert.AreEqual("1 10, 2 11", string.Join(", ", _world.Jira.Posts.Single().Body!["repositories"]![0]!["pullRequests"]!.AsArray().Select(sent => $"{sent!["id"]} {sent["updateSequenceId"]}")));
        Assert.IsNull(await App.Failures.FindAsync(failures[0].Id, test.CancellationToken));
    }

    private Task AppendAsync(params EntityChange[] changes) => AppendAsync(Lane.Live, changes);

    /// <summary>As if the site had been busy: rows, notes and mark as Submit leaves them.</summary>
    private async Task AppendAsync(Lane lane, params EntityChange[] changes)
    {
        var sites = _world.Process().Sites;
        var state = (await sites.LookAsync(DeliverySamples.Site, test.CancellationToken)).State;
        var lease = await sites.TryTakeAsync(DeliverySamples.Site, state, direct: false, test.CancellationToken);
        await App.Delivery.SubmitAsync(Link, lane, changes, test.CancellationToken);

        if (lease is not null)
        {
            await lease.ReleaseAsync(test.CancellationToken);
        }
    }

    private Task DeliverAsync() => DeliverAsync(TimeSpan.FromSeconds(20));

    private async Task DeliverAsync(TimeSpan span)
    {
        await App.Delivery.WakeAsync(DeliverySamples.Site, test.CancellationToken);
        await _world.RunAsync(App, span, test.CancellationToken);
    }

    private Task<SiteView> LookAsync() => App.Sites.LookAsync(DeliverySamples.Site, test.CancellationToken);

    private static EntityChange Tea(string id, long sequence, string content = "tea") => DeliverySamples.Upsert(DeliverySamples.Entity(id), sequence, content);
}
