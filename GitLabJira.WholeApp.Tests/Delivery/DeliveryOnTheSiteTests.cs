using System.Globalization;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Sandbox.Jira.Traffic;
using GitLabJira.WholeApp.Tests.Jira;
using Microsoft.Extensions.DependencyInjection;
using AutomationTrigger = GitLabJira.Sandbox.Jira.Store.AutomationTrigger;
using EntityKind = GitLabJira.Functions.Jira.Entities.EntityKind;
using SiteKind = GitLabJira.Sandbox.Jira.Store.EntityKind;

namespace GitLabJira.WholeApp.Tests.Delivery;

/// <summary>The app's delivery against the strict stand-in site, over the storage emulator, in two processes.</summary>
[TestClass]
public sealed class DeliveryOnTheSiteTests(TestContext test)
{
    [TestMethod]
    public async Task Two_processes_end_with_the_newest_of_everything()
    {
        await using var site = await SlowSiteAsync();
        await using var app = await DelivererOnSite.StartAsync(site);

        await StormAsync(site, app);

        Assert.IsEmpty(site.Site.Violations);
    }

    [TestMethod]
    public async Task Two_processes_end_with_the_newest_of_everything_though_much_goes_wrong()
    {
        await using var site = await SlowSiteAsync();
        await using var app = await DelivererOnSite.StartAsync(site);

        foreach (var fault in new[]
        {
            Fault.LoseAnswer() with { Probability = 0.15 },
            Fault.Reset() with { Probability = 0.05 },
            Fault.Drop() with { Probability = 0.1 },
            Fault.Status(500) with { Probability = 0.1 },
            Fault.Status(503) with { Probability = 0.05 },
            Fault.TooManyRequests(TimeSpan.FromSeconds(20)) with { Probability = 0.1 },
        })
        {
            site.Site.Faults.Add(fault);
        }

        await StormAsync(site, app);

        Assert.IsEmpty(site.Site.Violations);
    }

    [TestMethod]
    public async Task Brings_a_large_history_within_all_limits_and_without_automation()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var delivery = process.GetRequiredService<IDelivery>();
        var long400 = new string('x', 900);

        foreach (var project in new long[] { 1, 2 })
        {
            await delivery.AppendBackfillAsync(
                app.Link, [.. Enumerable.Range(1, 450).Select(n => Sample.Change(app.Link, Sample.MergeRequest((project * 1000) + n, project, $"SHOP-{(n % 30) + 1} {long400}"), n))], test.CancellationToken);
            await delivery.AppendBackfillAsync(
                app.Link, [.. Enumerable.Range(1, 450).Select(n => Sample.Change(app.Link, project, new GitLabBranch { Name = $"SHOP-{(n % 30) + 1}-{n}", LastCommit = Sample.Commit(Sha(n), long400) }, n))], test.CancellationToken);
        }

        await app.RunDryAsync([process], TimeSpan.Zero, test.CancellationToken);

        Assert.AreEqual(900, site.Site.State.Count(SiteKind.PullRequest));
        Assert.AreEqual(900, site.Site.State.Count(SiteKind.Branch));
        Assert.IsEmpty(site.Site.Violations);
        Assert.IsEmpty(site.Site.Automation);
    }

    [TestMethod]
    public async Task Maps_the_worst_texts_to_something_that_Jira_takes()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var ugly = "SHOP-1 \u0000\u0007\uD83D\uDE00\uFFFE " + string.Concat(Enumerable.Repeat("e\u0301茶\uD83C\uDF75", 800));
        var name = "SHOP-2/" + string.Concat(Enumerable.Repeat("茶 #?%", 150));
        var person = new GitLabPerson { Name = ugly, Username = ugly, Email = ugly, WebUrl = "javascript:alert(1)", AvatarUrl = "/relative" };
        var commit = Sample.Commit(Sha(1), ugly) with
        {
            Author = person,
            ParentShas = [Sha(2), Sha(3)],
            Files = [.. Enumerable.Range(0, 15).Select(n => new GitLabFile(ugly, name, (FileChange)(n % 4), n, n))],
            FileCount = 15,
        };
        var mergeRequest = Sample.MergeRequest(5, 1, ugly) with
        {
            Author = person,
            SourceBranch = name,
            TargetBranch = name,
            Reference = ugly,
            Reviewers = [new(person, true), new(new GitLabPerson { Name = "Bo" }, false), new(person, null)],
            CommentCount = -1,
        };

        await process.GetRequiredService<IDelivery>().SubmitAsync(
            app.Link,
            Lane.Live,
            [Sample.Change(app.Link, mergeRequest, 10), Sample.Change(app.Link, 1, new GitLabBranch { Name = name, LastCommit = commit }, 11), Sample.Change(app.Link, 1, commit, 12)],
            test.CancellationToken);

        Assert.IsEmpty(site.Site.Violations);
        Assert.AreSequenceEqual([1, 1, 1], new[] { SiteKind.PullRequest, SiteKind.Branch, SiteKind.Commit }.Select(kind => site.Site.State.Count(kind)));
    }

    [TestMethod]
    public async Task Fires_automation_once_however_often_an_entity_goes()
    {
        await using var site = await SlowSiteAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var delivery = process.GetRequiredService<IDelivery>();
        var commit = Sample.Commit(Sha(1), "SHOP-1 #done");
        var change = Sample.Change(app.Link, 1, commit, 10);
        using (site.Site.Faults.Add(Fault.LoseAnswer(times: 1)))
        {
            await delivery.SubmitAsync(app.Link, Lane.Live, [change], test.CancellationToken);
        }

        await app.RunDryAsync([process], TimeSpan.FromMinutes(1), test.CancellationToken);
        await delivery.SubmitAsync(app.Link, Lane.Live, [Sample.Deletion(change.Entity, 20)], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(2), test.CancellationToken);
        await delivery.SubmitAsync(app.Link, Lane.Live, [change with { Sequence = 30 }], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreEqual(1, site.Site.State.Count(SiteKind.Commit));
        Assert.AreSequenceEqual(
            [AutomationTrigger.CommitCreated, AutomationTrigger.SmartCommit],
            site.Site.Automation.Select(fired => fired.Trigger).Order());
    }

    [TestMethod]
    public async Task Takes_away_what_names_only_issues_now_that_Jira_does_not_know()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var delivery = process.GetRequiredService<IDelivery>();
        await delivery.SubmitAsync(app.Link, Lane.Live, [Sample.Change(app.Link, Sample.MergeRequest(5, 1, "SHOP-1"), 10)], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(2), test.CancellationToken);

        await delivery.SubmitAsync(app.Link, Lane.Live, [Sample.Change(app.Link, Sample.MergeRequest(5, 1, "NOPE-1"), 20)], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreEqual(0, site.Site.State.Count(SiteKind.PullRequest));
        await delivery.SubmitAsync(app.Link, Lane.Live, [Sample.Change(app.Link, Sample.MergeRequest(5, 1, "SHOP-1"), 30)], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(30), test.CancellationToken);
        Assert.AreEqual(1, site.Site.State.Count(SiteKind.PullRequest));
        Assert.IsEmpty(site.Site.Violations);
    }

    [TestMethod]
    public async Task Clean_up_leaves_nothing_of_the_link_at_Jira_and_in_our_tables()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        app.Projects.AddRange([new(app.Link.Id, 1, "kettle/tea-1", null, null), new(app.Link.Id, 2, "kettle/tea-2", null, null)]);
        var delivery = process.GetRequiredService<IDelivery>();
        await delivery.SubmitAsync(app.Link, Lane.Live, [Sample.Change(app.Link, Sample.MergeRequest(5, 1, "SHOP-1"), 10), Sample.Change(app.Link, Sample.MergeRequest(6, 2, "SHOP-1"), 11)], test.CancellationToken);
        await delivery.AppendBackfillAsync(app.Link, [Sample.Change(app.Link, Sample.MergeRequest(7, 1, "SHOP-1"), 12)], test.CancellationToken);
        var cleanUp = process.GetRequiredService<IJiraCleanUp>();
        Assert.IsTrue(await cleanUp.ExistsAtJiraAsync(app.Link, test.CancellationToken));

        await cleanUp.DropOutboxAsync(app.Link, test.CancellationToken);
        Assert.AreEqual(1, await DeletedRepositoriesAsync(since: null));
        Assert.AreEqual(0, await DeletedRepositoriesAsync(since: null), "It carries on where it was.");
        Assert.AreEqual(1, await DeletedRepositoriesAsync(since: DateTimeOffset.MaxValue), "Jira may have applied something after the first deletion.");
        Assert.IsFalse(await cleanUp.ExistsAtJiraAsync(app.Link, test.CancellationToken));
        await cleanUp.DropSentAsync(app.Link, test.CancellationToken);

        Assert.AreEqual(0, site.Site.State.Count(SiteKind.PullRequest));
        Assert.IsNull(await process.GetRequiredService<ISent>().FindAsync(Sample.Ref(app.Link, 1, EntityKind.MergeRequest, "5"), test.CancellationToken));
        Assert.IsNull(await process.GetRequiredService<ISent>().FindAsync(Sample.Ref(app.Link, 1, EntityKind.MergeRequest, "7"), test.CancellationToken));
        Assert.IsEmpty(site.Site.Violations);

        async Task<int> DeletedRepositoriesAsync(DateTimeOffset? since)
        {
            var before = site.Site.RequestLog.Count(IsDeletion);
            Assert.IsNull(await cleanUp.DeleteAtJiraAsync(app.Link, new HashSet<string>(StringComparer.Ordinal) { "2" }, since, test.CancellationToken));
            return site.Site.RequestLog.Count(IsDeletion) - before;
        }

        static bool IsDeletion(LoggedRequest request) => request.Method == "DELETE" && request.Path.Contains("/repository/", StringComparison.Ordinal);
    }

    /// <summary>60 merge requests of 3 projects, each changed 5 times from two processes at once, deliveries in between, some deleted in the end.</summary>
    private async Task StormAsync(SiteUnderTest site, DelivererOnSite app)
    {
        const int Entities = 60;
        const int Changes = 5;
        IServiceProvider[] processes = [app.NewProcess(), app.NewProcess()];

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Entities * Changes),
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = test.CancellationToken },
            async (n, token) =>
            {
                // Later rounds overtake earlier ones: the sequence tells which is newer.
                var (entity, round) = (n % Entities, ((n * 7) % Changes) + 1);
                var process = processes[n % 2];
                var (project, id) = ((entity % 3) + 1, entity + 1000);
                var sequence = (round * 1_000_000L) + entity;

                await process.GetRequiredService<IDelivery>().SubmitAsync(
                    app.Link,
                    Lane.Live,
                    [round == Changes && entity % 10 == 0
                        ? Sample.Deletion(Sample.Ref(app.Link, project, EntityKind.MergeRequest, JiraIds.MergeRequest(id)), sequence)
                        : Sample.Change(app.Link, Sample.MergeRequest(id, project, $"SHOP-{(entity % 30) + 1} round {round}"), sequence)],
                    token);

                if (n % 9 == 0)
                {
                    await app.TakeWakesAsync(process, token);
                }
            });

        // Every round of every entity has been submitted by now; what is the last one does not depend on who was faster.
        await app.RunDryAsync(processes, TimeSpan.FromMinutes(30), test.CancellationToken);

        var held = site.Site.State.All(SiteKind.PullRequest).ToDictionary(e => e.Key.Id, e => e.Text("title"), StringComparer.Ordinal);

        for (var entity = 0; entity < Entities; entity++)
        {
            var id = (entity + 1000).ToString(CultureInfo.InvariantCulture);
            var last = Enumerable.Range(0, Entities * Changes).Where(n => n % Entities == entity).Max(n => ((n * 7) % Changes) + 1);
            var expected = last == Changes && entity % 10 == 0 ? null : $"SHOP-{(entity % 30) + 1} round {last}";
            Assert.AreEqual(expected, held.GetValueOrDefault(id), id);
        }
    }

    private static Task<SiteUnderTest> SlowSiteAsync() =>
        SiteUnderTest.StartAsync(options => options with { MinApplyDelay = TimeSpan.FromMilliseconds(1), MaxApplyDelay = TimeSpan.FromMinutes(4) });

    private static string Sha(int n) => n.ToString("x40", CultureInfo.InvariantCulture);
}
