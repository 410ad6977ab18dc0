using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>The app's points at Jira and the windows of its sites: old data slows first, news last.</summary>
[TestClass]
public sealed class PointsTests(TestContext test)
{
    private static readonly Link Link = DeliverySamples.Link();

    private readonly DeliveryWorld _world = new();

    private AppProcess App => field ??= _world.Process();

    [TestMethod]
    public async Task Old_data_stops_at_70_percent_of_the_points_and_news_goes_on_until_all_are_used()
    {
        _world.Budgets.JiraPointsPerHour = 20;

        for (var n = 2; n < 42; n++)
        {
            // Each link takes a call of its own.
            var link = _world.Links[DeliverySamples.Link(n).Id] = DeliverySamples.Link(n);
            await App.Delivery.AppendBackfillAsync(link, [DeliverySamples.Upsert(DeliverySamples.Entity($"old{n}", link: link), 10, "tea")], test.CancellationToken);
        }

        await App.Delivery.WakeAsync(DeliverySamples.Site, test.CancellationToken);
        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);
        Assert.HasCount(14, _world.Jira.Calls);

        for (var n = 0; n < 10; n++)
        {
            await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea($"{n}")], test.CancellationToken);
            await _world.RunAsync(App, TimeSpan.FromSeconds(10), test.CancellationToken);
        }

        Assert.HasCount(20, _world.Jira.Calls);
        Assert.HasCount(6, _world.Jira.Posts.Where(p => p.Ids[0].Length == 1));

        await _world.RunAsync(App, TimeSpan.FromMinutes(30), test.CancellationToken);
        Assert.HasCount(4, _world.Jira.Posts.Skip(20).SelectMany(p => p.Ids).Where(id => id.Length == 1));
        await _world.RunAsync(App, TimeSpan.FromHours(2), test.CancellationToken);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    [TestMethod]
    [DataRow("X-RateLimit-NearLimit", "true")]
    [DataRow("X-RateLimit-Remaining", "29")]
    public async Task Old_data_of_a_site_waits_while_little_is_left_of_its_window(string header, string value)
    {
        _world.Jira.Next(call => With(ScriptedJira.Taken(call), ("X-RateLimit-Limit", "100"), ("X-RateLimit-Reset", DeliverySamples.Start.AddMinutes(1).ToString("O")), (header, value)));
        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("1")], test.CancellationToken);
        await App.Delivery.AppendBackfillAsync(Link, [Tea("old")], test.CancellationToken);
        await App.Delivery.WakeAsync(DeliverySamples.Site, test.CancellationToken);

        await _world.RunAsync(App, TimeSpan.FromSeconds(50), test.CancellationToken);
        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("2")], test.CancellationToken);
        Assert.AreSequenceEqual(["POST 1", "POST 2"], _world.Jira.Calls.Select(c => c.ToString()));

        await _world.RunAsync(App, TimeSpan.FromMinutes(3), test.CancellationToken);
        Assert.AreEqual("POST old", _world.Jira.Calls[^1].ToString());
        Assert.IsEmpty((await App.Sites.LookAsync(DeliverySamples.Site, test.CancellationToken)).Marks);
    }

    [TestMethod]
    public async Task Nobody_calls_a_site_whose_window_is_used_up()
    {
        _world.Jira.Next(call => With(ScriptedJira.Taken(call), ("X-RateLimit-Limit", "100"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", DeliverySamples.Start.AddSeconds(40).ToString("O"))));
        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("1")], test.CancellationToken);

        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("2")], test.CancellationToken);
        await _world.RunAsync(App, TimeSpan.FromSeconds(39), test.CancellationToken);
        Assert.HasCount(1, _world.Jira.Calls);

        await _world.RunAsync(App, TimeSpan.FromSeconds(61), test.CancellationToken);
        Assert.AreSequenceEqual(["POST 1", "POST 2"], _world.Jira.Calls.Select(c => c.ToString()));
    }

    [TestMethod]
    [DataRow("RateLimit", 1)]
    [DataRow("Beta-RateLimit", 2)]
    public async Task What_Jira_only_observes_slows_old_data_and_nothing_else(string header, int newsAfterwards)
    {
        _world.Jira.Next(call => With(ScriptedJira.Taken(call), (header, "\"global-app-quota\";r=0;t=600"), ($"{header}-Policy", "\"global-app-quota\";q=65000;w=3600")));
        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("1")], test.CancellationToken);
        await App.Delivery.AppendBackfillAsync(Link, [Tea("old")], test.CancellationToken);
        await App.Delivery.WakeAsync(DeliverySamples.Site, test.CancellationToken);

        await App.Delivery.SubmitAsync(Link, Lane.Live, [Tea("2")], test.CancellationToken);
        await _world.RunAsync(App, TimeSpan.FromMinutes(9), test.CancellationToken);
        Assert.HasCount(newsAfterwards, _world.Jira.Calls);

        await _world.RunAsync(App, TimeSpan.FromMinutes(5), test.CancellationToken);
        Assert.AreSequenceEqual(["1", "2", "old"], _world.Jira.Posts.SelectMany(p => p.Ids));
    }

    [TestMethod]
    public async Task An_issue_that_is_written_too_often_holds_up_only_what_names_it()
    {
        var until = DeliverySamples.Start.AddSeconds(25);
        _world.Jira.Always = call => call.Ids.Contains("7") && _world.Clock.GetUtcNow() < until
            ? StubHttp.Answer(HttpStatusCode.TooManyRequests, "{}", ("Retry-After", "30"), ("RateLimit-Reason", "jira-per-issue-on-write"))
            : null;

        await App.Delivery.SubmitAsync(Link, Lane.Live, [.. Enumerable.Range(0, 20).Select(n => Tea($"{n}"))], test.CancellationToken);
        await _world.RunAsync(App, TimeSpan.FromSeconds(20), test.CancellationToken);
        var others = Enumerable.Range(0, 20).Select(n => $"{n}").Except(["7"]).ToList();
        Assert.IsEmpty(others.Except(_world.Jira.Posts.Where(p => !p.Ids.Contains("7")).SelectMany(p => p.Ids)));

        await _world.RunAsync(App, TimeSpan.FromMinutes(3), test.CancellationToken);
        Assert.AreEqual("POST 7", _world.Jira.Calls[^1].ToString());
        Assert.IsFalse((bool)_world.Jira.Posts[^1].Body!["preventTransitions"]!);
        Assert.IsEmpty(_world.Storage.Rows("Outbox"));
    }

    private static HttpResponseMessage With(HttpResponseMessage answer, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            answer.Headers.Remove(name);
            answer.Headers.Add(name, value);
        }

        return answer;
    }

    private static EntityChange Tea(string id) => DeliverySamples.Upsert(DeliverySamples.Entity(id), 10, "tea");
}
