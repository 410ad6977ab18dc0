using System.Text.Json.Nodes;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.WholeApp.Tests.Jira;

[TestClass]
public sealed class JiraStateTests
{
    [TestMethod]
    public async Task Applies_what_it_accepted_later_and_out_of_order()
    {
        await using var under = await SiteUnderTest.StartAsync(o => o with { MinApplyDelay = TimeSpan.FromSeconds(1), MaxApplyDelay = TimeSpan.FromSeconds(5) });
        var order = new List<string>();

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("42", "commits", Enumerable.Range(0, 20).Select(i => Sample.Commit($"c{i:00}")))));
        Assert.IsEmpty(under.Site.State.All());
        Assert.IsFalse(under.Site.State.WhenSettledAsync().IsCompleted);
        for (var step = 0; step < 50; step++)
        {
            under.Clock.Advance(TimeSpan.FromMilliseconds(100));
            order.AddRange(under.Site.State.All(EntityKind.Commit).Select(e => e.Key.Id).Except(order, StringComparer.Ordinal).ToList());
        }

        Assert.AreEqual(202, answer.Status);
        Assert.HasCount(20, order);
        CollectionAssert.AreNotEqual(order.Order(StringComparer.Ordinal).ToList(), order);
        Assert.IsTrue(under.Site.State.WhenSettledAsync().IsCompletedSuccessfully);
    }

    [TestMethod]
    public async Task Lets_virtual_time_pass_until_all_is_applied()
    {
        using var clock = new VirtualClock(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        using var work = await clock.BeginWorkAsync("test");
        await using var site = await JiraSite.StartAsync(new() { Clock = clock, MinApplyDelay = TimeSpan.FromHours(1), MaxApplyDelay = TimeSpan.FromHours(2) });
        await using var app = await TinyApp.StartAsync();
        await site.InstallAsync(app.DescriptorUrl);
        await using var under = SiteUnderTest.Of(site, app, clock);

        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit()));
        Assert.AreEqual(0, site.State.Count(EntityKind.Commit));
        await site.State.WhenSettledAsync();

        Assert.AreEqual(1, site.State.Count(EntityKind.Commit));
        Assert.IsGreaterThanOrEqualTo(10, clock.GetUtcNow().Hour);
    }

    [TestMethod]
    public async Task Ignores_a_lower_sequence_silently()
    {
        await using var under = await SiteUnderTest.StartAsync();

        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest(sequence: 5, status: "MERGED")));
        var late = await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest(sequence: 4)));

        Assert.AreEqual("1", late.Body.GetProperty("acceptedDevinfoEntities").GetProperty("42").GetProperty("pullRequests")[0].GetString());
        Assert.AreEqual("MERGED", under.Site.State.All(EntityKind.PullRequest).Single().Text("status"));
        Assert.IsEmpty(under.Site.Violations);
    }

    [TestMethod]
    public async Task An_equal_sequence_loses_for_builds_and_wins_for_pull_requests_and_is_told_when_it_differs()
    {
        await using var under = await SiteUnderTest.StartAsync();

        await under.PostAsync(Sample.Builds, Sample.Of("builds", Sample.Build(state: "in_progress")));
        await under.PostAsync(Sample.Builds, Sample.Of("builds", Sample.Build(state: "successful")));
        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest()));
        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest(status: "MERGED")));

        Assert.AreEqual("in_progress", under.Site.State.All(EntityKind.Build).Single().Text("state"));
        Assert.AreEqual("MERGED", under.Site.State.All(EntityKind.PullRequest).Single().Text("status"));
        Assert.AreEqual(2, under.Site.Violations.Count(v => v.Kind is ViolationKind.AmbiguousSequence));
    }

    [TestMethod]
    public async Task The_same_again_is_no_violation()
    {
        await using var under = await SiteUnderTest.StartAsync();

        await under.PostAsync(Sample.Builds, Sample.Of("builds", Sample.Build()));
        await under.PostAsync(Sample.Builds, Sample.Of("builds", Sample.Build()));

        Assert.IsEmpty(under.Site.Violations);
    }

    [TestMethod]
    public async Task Drops_what_is_only_about_unknown_issues_and_leaves_what_it_held()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest()));

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest(key: "UTF-8", sequence: 2)));

        Assert.AreEqual("UTF-8", answer.Body.GetProperty("unknownIssueKeys")[0].GetString());
        Assert.AreEqual(0, answer.Body.GetProperty("acceptedDevinfoEntities").GetProperty("42").GetProperty("pullRequests").GetArrayLength());
        Assert.AreEqual("SHOP-1", under.Site.State.All(EntityKind.PullRequest).Single().IssueKeys.Single());
    }

    [TestMethod]
    public async Task Keeps_the_known_issues_of_an_entity()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var commit = Sample.Commit();
        commit["issueKeys"] = new JsonArray("SHOP-1", "GONE-1", "PAY-2");

        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", commit));

        CollectionAssert.AreEqual(new[] { "SHOP-1", "PAY-2" }, under.Site.State.All(EntityKind.Commit).Single().IssueKeys.ToArray());
        Assert.HasCount(1, under.Site.State.OfIssue("PAY-2"));
    }

    [TestMethod]
    public async Task Takes_numeric_ids_of_issues()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var commit = Sample.Commit();
        commit.Remove("issueKeys");
        commit["associations"] = new JsonArray(new JsonObject { ["associationType"] = "issueIdOrKeys", ["values"] = new JsonArray($"{under.Site.Issues.Find("OPS-3")!.Id}") });

        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", commit));

        Assert.HasCount(1, under.Site.State.OfIssue("OPS-3"));
    }

    [TestMethod]
    public async Task A_smaller_set_of_keys_leaves_the_other_issue()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var both = Sample.PullRequest();
        both["issueKeys"] = new JsonArray("SHOP-1", "SHOP-2");

        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", both));
        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest(key: "SHOP-2", sequence: 2)));

        Assert.IsEmpty(under.Site.State.OfIssue("SHOP-1"));
        Assert.HasCount(1, under.Site.State.OfIssue("SHOP-2"));
    }

    [TestMethod]
    public async Task Deletes_an_entity_whatever_its_sequence()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await under.PostAsync(Sample.DevInfo, Sample.Request("branches", Sample.Branch(sequence: 99)));

        Assert.AreEqual(202, (await under.DeleteAsync("/rest/devinfo/0.10/repository/42/branch/b1?_updateSequenceId=1")).Status);
        Assert.AreEqual(202, (await under.DeleteAsync("/rest/devinfo/0.10/repository/42/branch/never")).Status);
        Assert.AreEqual(400, (await under.DeleteAsync("/rest/devinfo/0.10/repository/42/tag/b1")).Status);

        Assert.AreEqual(0, under.Site.State.Count(EntityKind.Branch));
    }

    [TestMethod]
    public async Task A_deletion_waits_like_anything_else_and_may_overtake()
    {
        await using var under = await SiteUnderTest.StartAsync(o => o with { MinApplyDelay = TimeSpan.FromSeconds(1), MaxApplyDelay = TimeSpan.FromSeconds(1) });
        await under.PostAsync(Sample.DevInfo, Sample.Request("branches", Sample.Branch()));
        under.Clock.Advance(TimeSpan.FromSeconds(2));

        await under.DeleteAsync("/rest/devinfo/0.10/repository/42/branch/b1");
        Assert.AreEqual(1, under.Site.State.Count(EntityKind.Branch));
        under.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.AreEqual(0, under.Site.State.Count(EntityKind.Branch));
    }

    [TestMethod]
    public async Task Deletes_and_asks_by_all_given_properties()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit(), "1", "link-1"));
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit(), "2", "link-2"));

        Assert.AreEqual("True", (await under.GetAsync("/rest/devinfo/0.10/existsByProperties?linkId=link-1")).Text("hasDataMatchingProperties"));
        Assert.AreEqual("False", (await under.GetAsync("/rest/devinfo/0.10/existsByProperties?linkId=link-1&projectId=1")).Text("hasDataMatchingProperties"));
        Assert.AreEqual("False", (await under.GetAsync("/rest/devinfo/0.10/existsByProperties?linkId=link-1&_updateSequenceId=0")).Text("hasDataMatchingProperties"));
        Assert.AreEqual(202, (await under.DeleteAsync("/rest/devinfo/0.10/bulkByProperties?linkId=link-1")).Status);
        Assert.AreEqual("False", (await under.GetAsync("/rest/devinfo/0.10/existsByProperties?linkId=link-1")).Text("hasDataMatchingProperties"));
        Assert.AreEqual("2", under.Site.State.All(EntityKind.Commit).Single().Key.RepositoryId);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("?_updateSequenceId=1")]
    [DataRow("?linkId=1&linkId=2")]
    [DataRow("?linkId=1&_updateSequenceId=x")]
    public async Task Refuses_a_query_without_clear_properties(string query)
    {
        await using var under = await SiteUnderTest.StartAsync();

        Assert.AreEqual(400, (await under.DeleteAsync($"/rest/devinfo/0.10/bulkByProperties{query}")).Status);
        Assert.AreEqual(400, (await under.GetAsync($"/rest/devinfo/0.10/existsByProperties{query}")).Status);
    }

    [TestMethod]
    public async Task Gives_a_repository_with_its_entities_and_never_the_properties()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit()));

        var answer = await under.GetAsync("/rest/devinfo/0.10/repository/42");

        Assert.AreEqual("c1", answer.Body.GetProperty("commits")[0].GetProperty("id").GetString());
        Assert.AreEqual(0, answer.Body.GetProperty("branches").GetArrayLength());
        Assert.IsFalse(answer.Body.TryGetProperty("properties", out _));
        Assert.AreEqual(404, (await under.GetAsync("/rest/devinfo/0.10/repository/43")).Status);
        Assert.AreEqual(202, (await under.DeleteAsync("/rest/devinfo/0.10/repository/42")).Status);
        Assert.IsEmpty(under.Site.State.All());
    }

    [TestMethod]
    public async Task Fires_automation_once_when_an_id_is_first_stored()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var commit = Sample.Commit();
        commit["message"] = "SHOP-1 #close #time 2h done";

        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", commit));
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", commit.DeepClone().AsObject()));
        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest()));
        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest(sequence: 2, status: "MERGED")));

        CollectionAssert.AreEqual(
            new[] { AutomationTrigger.CommitCreated, AutomationTrigger.SmartCommit, AutomationTrigger.PullRequestCreated, AutomationTrigger.PullRequestMerged },
            under.Site.Automation.Select(a => a.Trigger).ToArray());
        CollectionAssert.AreEqual(new[] { "#close", "#time" }, under.Site.Automation[1].Commands.ToArray());
    }

    [TestMethod]
    public async Task Fires_nothing_when_transitions_are_prevented_and_says_when_history_does_not_prevent_them()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var (quiet, loud) = (Sample.Request("commits", Sample.Commit("a")), Sample.Request("commits", Sample.Commit("b")));
        quiet["preventTransitions"] = true;
        quiet["operationType"] = "BACKFILL";
        loud["operationType"] = "BACKFILL";

        await under.PostAsync(Sample.DevInfo, quiet);
        Assert.IsEmpty(under.Site.Automation);
        Assert.IsEmpty(under.Site.Violations);
        await under.PostAsync(Sample.DevInfo, loud);

        Assert.HasCount(1, under.Site.Automation);
        Assert.AreEqual(ViolationKind.BackfillWithTransitions, under.Site.Violations.Single().Kind);
    }

    [TestMethod]
    public async Task Sees_one_entity_under_two_links_within_a_minute()
    {
        await using var under = await SiteUnderTest.StartAsync();

        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("a")));
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("b"), linkId: "link-2"));
        Assert.AreEqual(ViolationKind.MixedLinks, under.Site.Violations.Single().Kind);
        under.Clock.Advance(TimeSpan.FromMinutes(1));
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("c"), linkId: "link-3"));

        Assert.HasCount(1, under.Site.Violations);
    }

    [TestMethod]
    public async Task What_was_deleted_may_come_back_under_another_link()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit()));

        await under.DeleteAsync("/rest/devinfo/0.10/bulkByProperties?linkId=link-1");
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit(), linkId: "link-2"));

        Assert.IsEmpty(under.Site.Violations);
    }

    [TestMethod]
    public async Task Sees_several_projects_in_a_request_for_one()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var other = Sample.Build(number: 2);
        other["url"] = "https://gitlab.example/g/other/-/pipelines/2";
        var request = Sample.Of("builds", Sample.Build(), other);
        request["properties"] = new JsonObject { ["linkId"] = "link-1", ["projectId"] = "42" };

        await under.PostAsync(Sample.Builds, request);

        Assert.AreEqual(ViolationKind.MixedProjects, under.Site.Violations.Single().Kind);
    }
}
