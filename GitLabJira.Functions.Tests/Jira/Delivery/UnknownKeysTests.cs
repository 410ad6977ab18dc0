using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Testing;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>Issues that are made after what names them, and projects that are not there.</summary>
[TestClass]
public sealed class UnknownKeysTests
{
    private const string Rows = "UnknownKeys";

    private readonly CancellationToken _cancel;
    private readonly DeliveryWorld _world = new();
    private readonly AppProcess _app;
    private readonly HashSet<string> _issues = new(StringComparer.Ordinal);
    private readonly HashSet<string> _projects = new(StringComparer.Ordinal) { "TEA" };
    private long _sequence = 10;

    public UnknownKeysTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _app = _world.Process();
        _world.Jira.Always = call =>
            call.PathAndQuery.StartsWith("/rest/api/3/project/", StringComparison.Ordinal) ? StubHttp.Answer(_projects.Contains(call.PathAndQuery[20..]) ? HttpStatusCode.OK : HttpStatusCode.NotFound, "{}")
            : call.IsPost ? ScriptedJira.Taken(call, rejected: null, [.. call.Body!.ToJsonString().Split('"').Where(text => text.Contains('-') && char.IsAsciiLetterUpper(text[0]) && !_issues.Contains(text))])
            : null;
    }

    [TestMethod]
    public async Task Tries_an_issue_of_a_known_project_again_with_growing_gaps_for_seven_days()
    {
        await SubmitAsync("1", "TEA-9");
        var looks = new List<double>();

        while (_world.Storage.Rows(Rows) is [var waiting])
        {
            await PassAsync(DateTimeOffset.Parse((string)waiting["DueAt"]!, CultureInfo.InvariantCulture) - _world.Clock.GetUtcNow());

            if (_world.Looks.Count > looks.Count)
            {
                looks.Add((_world.Clock.GetUtcNow() - DeliverySamples.Start).TotalHours);
                await SubmitAsync("1", "TEA-9");
            }
        }

        Assert.AreEqual("0.08 0.33 1.33 4.33 10.33 22.33 46.33 70.33 94.33 118.33 142.33 166.33", string.Join(' ', looks.Select(hours => hours.ToString("0.##", CultureInfo.InvariantCulture))));
    }

    [TestMethod]
    public async Task Sends_the_same_content_again_when_the_issue_is_there_and_waits_no_longer()
    {
        await SubmitAsync("1", "TEA-9");
        _issues.Add("TEA-9");
        await PassAsync(TimeSpan.FromMinutes(5));
        await SubmitAsync("1", "TEA-9");

        Assert.HasCount(2, _world.Jira.Posts);
        Assert.AreEqual((DeliverySamples.Entity("1"), TimeSpan.Zero), _world.Looks.Single());
        Assert.IsEmpty(_world.Storage.Rows(Rows));
    }

    [TestMethod]
    public async Task Costs_no_request_while_nothing_waits()
    {
        _issues.Add("TEA-1");
        await SubmitAsync("1", "TEA-1");
        var calls = _world.Jira.Calls.Count;

        await PassAsync(TimeSpan.FromDays(1));

        Assert.HasCount(calls, _world.Jira.Calls);
        Assert.IsEmpty(_world.Looks);
    }

    [TestMethod]
    public async Task Leaves_out_for_a_day_what_names_only_a_project_that_is_not_there_and_looks_at_it_again()
    {
        await SubmitAsync("1", "UTF-16");
        await PassAsync(TimeSpan.FromMinutes(5));
        await SubmitAsync("2", "UTF-16");
        Assert.AreSequenceEqual(["POST 1"], _world.Jira.Posts.Select(post => post.ToString()));
        Assert.IsEmpty(_world.Looks);

        await PassAsync(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(5));
        Assert.IsEmpty(_world.Looks, "The project is still not there.");

        _projects.Add("UTF");
        await PassAsync(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(5));
        Assert.AreSequenceEqual(["1", "2"], _world.Looks.Select(look => look.Entity.EntityId).Order());
        await SubmitAsync("2", "UTF-16");
        Assert.AreSequenceEqual(["POST 1", "POST 2"], _world.Jira.Posts.Select(post => post.ToString()));
    }

    [TestMethod]
    public async Task An_unknown_issue_is_no_unknown_project()
    {
        await SubmitAsync("1", "TEA-9");
        await PassAsync(TimeSpan.FromMinutes(5));

        await SubmitAsync("2", "TEA-9");

        Assert.HasCount(2, _world.Jira.Posts);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Forbidden)]
    [DataRow(HttpStatusCode.ServiceUnavailable)]
    public async Task Leaves_nothing_out_for_any_other_answer_about_the_project(HttpStatusCode status)
    {
        await SubmitAsync("1", "UTF-16");
        var always = _world.Jira.Always!;
        _world.Jira.Always = call => call.PathAndQuery.StartsWith("/rest/api/3/project/", StringComparison.Ordinal) ? StubHttp.Answer(status, "{}") : always(call);
        await PassAsync(TimeSpan.FromMinutes(5));

        await SubmitAsync("2", "UTF-16");

        Assert.HasCount(2, _world.Jira.Posts);
        Assert.HasCount(1, _world.Looks);
    }

    [TestMethod]
    public async Task A_site_that_answers_404_to_everything_has_lost_more_than_a_project()
    {
        await SubmitAsync("1", "UTF-16");
        var always = _world.Jira.Always!;
        _world.Jira.Always = call => call.IsPost ? always(call) : StubHttp.Answer(HttpStatusCode.NotFound, "{}");
        await PassAsync(TimeSpan.FromMinutes(5));

        Assert.IsEmpty(await _app.Unknown.SkippedAsync(DeliverySamples.Site, fresh: true, _cancel));
    }

    [TestMethod]
    public async Task What_the_initial_sync_leaves_out_does_not_count_as_on_its_way()
    {
        await SubmitAsync("1", "UTF-16");
        await PassAsync(TimeSpan.FromMinutes(5));
        await _app.Delivery.AppendBackfillAsync(DeliverySamples.Link(), [DeliverySamples.Upsert(DeliverySamples.Entity("2"), ++_sequence, "tea", "UTF-17")], _cancel);
        Assert.IsNotNull(await _app.Sent.FindAsync(DeliverySamples.Entity("2"), _cancel));

        await _app.Delivery.WakeAsync(DeliverySamples.Site, _cancel);
        await _world.RunAsync(_app, TimeSpan.FromSeconds(5), _cancel);

        Assert.IsNull(await _app.Sent.FindAsync(DeliverySamples.Entity("2"), _cancel));
        Assert.HasCount(1, _world.Jira.Posts);
    }

    [TestMethod]
    public async Task What_names_another_issue_too_or_is_held_already_is_sent_all_the_same()
    {
        _issues.Add("TEA-1");
        await SubmitAsync("held", "TEA-1");
        await SubmitAsync("1", "UTF-16");
        await PassAsync(TimeSpan.FromMinutes(5));

        await SubmitAsync("2", "UTF-16 TEA-1");
        await SubmitAsync("held", "UTF-16");

        Assert.AreSequenceEqual(["POST held", "POST 1", "POST 2", "POST held"], _world.Jira.Posts.Select(post => post.ToString()));
    }

    [TestMethod]
    public async Task Keeps_no_more_than_a_thousand_of_a_site()
    {
        await _world.Storage.Tables.Get(Rows).SubmitAllAsync(
            Enumerable.Range(0, UnknownKeys.MostOfASite - 1).Select(number => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity(DeliverySamples.Site, $"entity!{number}"))),
            _cancel);

        await _app.Unknown.AddAsync(DeliverySamples.Entity("1"), ["TEA-9"], DeliverySamples.Start, _cancel);
        await _app.Unknown.AddAsync(DeliverySamples.Entity("2"), ["TEA-9"], DeliverySamples.Start, _cancel);

        Assert.HasCount(UnknownKeys.MostOfASite, _world.Storage.Rows(Rows));
    }

    [TestMethod]
    [DataRow("unlinked")]
    [DataRow("uninstalled")]
    public async Task Forgets_what_waits_of_a_link_or_site_that_is_over(string what)
    {
        await SubmitAsync("1", "TEA-9");

        if (what is "unlinked")
        {
            _world.Links.Clear();
        }
        else
        {
            _world.Installations.Clear();
        }

        await PassAsync(TimeSpan.FromMinutes(5));

        Assert.IsEmpty(_world.Looks);
        Assert.IsEmpty(_world.Storage.Rows(Rows));
    }

    [TestMethod]
    public async Task A_clean_up_forgets_the_links_rows()
    {
        await SubmitAsync("1", "TEA-9");

        await _app.CleanUp.DropSentAsync(DeliverySamples.Link() with { State = LinkState.Unlinking }, _cancel);

        Assert.IsEmpty(_world.Storage.Rows(Rows));
    }

    [TestMethod]
    public async Task Logs_counts_and_no_keys()
    {
        await SubmitAsync("1", "UTF-16");
        await PassAsync(TimeSpan.FromMinutes(5));

        Assert.IsTrue(_world.Logs.GetSnapshot().Any(record => record.Message.Contains("1 are left out for a day", StringComparison.Ordinal)));
        Assert.IsFalse(_world.Logs.GetSnapshot().Any(record => record.Message.Contains("UTF", StringComparison.Ordinal)));
    }

    private Task SubmitAsync(string id, string keys) =>
        _app.Delivery.SubmitAsync(DeliverySamples.Link(), Lane.Live, [DeliverySamples.Upsert(DeliverySamples.Entity(id), ++_sequence, "tea", keys)], _cancel);

    private async Task PassAsync(TimeSpan span)
    {
        _world.Clock.Advance(span);
        await _app.Retries.RunAsync(new TimerInfo(), _cancel);
    }
}
