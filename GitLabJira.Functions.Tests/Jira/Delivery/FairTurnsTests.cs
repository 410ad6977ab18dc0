using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>Who goes first: news before old data, few calls for much news, and no site for long while others wait.</summary>
[TestClass]
public sealed class FairTurnsTests(TestContext test)
{
    private static readonly Link Link = DeliverySamples.Link();

    private readonly DeliveryWorld _world = new();

    private AppProcess App => field ??= _world.Process();

    [TestMethod]
    public async Task Gathers_a_burst_into_one_call_every_two_seconds()
    {
        for (var n = 0; n < 200; n++)
        {
            await SubmitAsync($"{n}");
            await _world.RunAsync(App, TimeSpan.FromMilliseconds(50), test.CancellationToken);
        }

        await _world.RunAsync(App, TimeSpan.FromSeconds(3), test.CancellationToken);

        Assert.AreEqual(200, _world.Jira.Posts.SelectMany(p => p.Ids).Distinct(StringComparer.Ordinal).Count());
        Assert.IsLessThanOrEqualTo(SiteState.RoundsAtOnce + 7, _world.Jira.Posts.Count);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    public async Task Sends_the_hooks_of_one_push_at_once_and_every_later_one_within_two_seconds()
    {
        var waits = new List<TimeSpan>();

        for (var n = 0; n < 12; n++)
        {
            var began = _world.Clock.GetUtcNow();
            await SubmitAsync($"{n}");

            while (!_world.Jira.Posts.Any(p => p.Ids.Contains($"{n}")))
            {
                await _world.RunAsync(App, TimeSpan.FromMilliseconds(100), test.CancellationToken);
            }

            waits.Add(_world.Clock.GetUtcNow() - began);
        }

        Assert.IsTrue(waits.Take(SiteState.RoundsAtOnce).All(w => w == TimeSpan.Zero));
        Assert.IsTrue(waits.All(w => w <= SiteState.RoundEvery + TimeSpan.FromMilliseconds(100)));
        await _world.RunAsync(App, TimeSpan.FromSeconds(10), test.CancellationToken);
        await SubmitAsync("last");
        Assert.AreEqual("POST last", _world.Jira.Calls[^1].ToString());
    }

    [TestMethod]
    public async Task A_turn_for_news_leaves_old_data_to_its_own_queue()
    {
        await App.Delivery.AppendBackfillAsync(Link, [Tea("old")], test.CancellationToken);
        await AppendAsync("new");

        await App.Deliver.DeliverAsync(DeliverySamples.Site, DeliveryTurn.News, test.CancellationToken);
        Assert.AreSequenceEqual(["POST new"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.AreSequenceEqual([true], (await LookAsync()).Marks.Select(m => m.IsBackfill));
        Assert.DoesNotContain(DeliveryTurn.All, _world.Wakes.Select(w => w.Turn));

        await _world.RunAsync(App, TimeSpan.FromMinutes(1), test.CancellationToken);
        Assert.AreSequenceEqual(["POST new", "POST old"], _world.Jira.Calls.Select(c => c.ToString()));
        Assert.IsEmpty((await LookAsync()).Marks);
    }

    [TestMethod]
    [DataRow(DeliveryTurn.News)]
    [DataRow(DeliveryTurn.All)]
    public async Task Ends_a_turn_after_one_call_while_others_wait_for_a_place(DeliveryTurn turn)
    {
        await App.Delivery.AppendBackfillAsync(Link, [.. Enumerable.Range(0, 450).Select(n => Tea($"b{n}"))], test.CancellationToken);
        await AppendAsync([.. Enumerable.Range(0, 450).Select(n => $"l{n}")]);

        for (var n = 0; n < DeliveryTurns.Comfortable; n++)
        {
            App.Turns.Begin(turn);
        }

        await App.Deliver.DeliverAsync(DeliverySamples.Site, turn, test.CancellationToken);
        Assert.HasCount(1, _world.Jira.Calls);
        Assert.Contains(turn, _world.Wakes.Select(w => w.Turn));

        App.Turns.End(turn);
        await _world.RunAsync(App, TimeSpan.FromMinutes(2), test.CancellationToken);
        Assert.AreEqual(900, _world.Jira.Posts.SelectMany(p => p.Ids).Distinct(StringComparer.Ordinal).Count());
    }

    [TestMethod]
    public async Task Wake_ups_for_old_data_do_not_add_up()
    {
        await App.Delivery.AppendBackfillAsync(Link, [.. Enumerable.Range(0, 1500).Select(n => Tea($"b{n}"))], test.CancellationToken);
        await App.Delivery.WakeAsync(DeliverySamples.Site, test.CancellationToken);
        var most = 0;
        _world.Jira.OnCall = _ =>
        {
            most = Math.Max(most, _world.Wakes.Count);
            _world.Clock.Advance(TimeSpan.FromSeconds(12));
        };

        for (var n = 0; n < 20; n++)
        {
            await SubmitAsync($"l{n}");
            await _world.RunAsync(App, TimeSpan.FromSeconds(1), test.CancellationToken);
        }

        Assert.AreEqual(1520, _world.Jira.Posts.SelectMany(p => p.Ids).Distinct(StringComparer.Ordinal).Count());
        Assert.IsLessThanOrEqualTo(6, most);
    }

    [TestMethod]
    public async Task Old_data_of_a_family_that_Jira_refuses_comes_when_it_is_open_again()
    {
        _world.Jira.Next(System.Net.HttpStatusCode.Forbidden);
        await App.Delivery.AppendBackfillAsync(Link, [Tea("old")], test.CancellationToken);
        await App.Delivery.WakeAsync(DeliverySamples.Site, test.CancellationToken);

        await _world.RunAsync(App, TimeSpan.FromMinutes(59), test.CancellationToken);
        Assert.HasCount(1, _world.Jira.Calls);
        await _world.RunAsync(App, TimeSpan.FromMinutes(4), test.CancellationToken);

        Assert.HasCount(2, _world.Jira.Calls);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
        Assert.IsEmpty((await LookAsync()).Marks);
    }

    private Task SubmitAsync(string id) => App.Delivery.SubmitAsync(Link, Lane.Live, [Tea(id)], test.CancellationToken);

    /// <summary>As if the site had been busy.</summary>
    private async Task AppendAsync(params string[] ids)
    {
        var lease = await App.Sites.TryTakeAsync(DeliverySamples.Site, (await LookAsync()).State, direct: false, test.CancellationToken);
        await App.Delivery.SubmitAsync(Link, Lane.Live, [.. ids.Select(Tea)], test.CancellationToken);
        await lease!.ReleaseAsync(test.CancellationToken);
    }

    private Task<SiteView> LookAsync() => App.Sites.LookAsync(DeliverySamples.Site, test.CancellationToken);

    private static EntityChange Tea(string id) => DeliverySamples.Upsert(DeliverySamples.Entity(id), 10, "tea");
}
