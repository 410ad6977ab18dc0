using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Sandbox.Jira.Traffic;
using GitLabJira.WholeApp.Tests.Jira;
using Microsoft.Extensions.DependencyInjection;
using Bodies = GitLabJira.WholeApp.Tests.Jira.Sample;
using EntityKind = GitLabJira.Functions.Jira.Entities.EntityKind;
using SiteKind = GitLabJira.Sandbox.Jira.Store.EntityKind;

namespace GitLabJira.WholeApp.Tests.Delivery;

/// <summary>Builds, deployments and feature flags on the same way to the strict stand-in site as development information.</summary>
[TestClass]
public sealed class ProvidersOnTheSiteTests(TestContext test)
{
    private static readonly SiteKind[] Kinds = [SiteKind.Build, SiteKind.Deployment, SiteKind.FeatureFlag];

    [TestMethod]
    public async Task Brings_many_of_several_projects_within_all_limits()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var delivery = process.GetRequiredService<IDelivery>();

        foreach (var project in new long[] { 1, 2 })
        {
            await delivery.AppendBackfillAsync(app.Link, [.. Enumerable.Range(1, 130).SelectMany(n => All(app, project, n, sequence: n))], test.CancellationToken);
        }

        await app.RunDryAsync([process], TimeSpan.Zero, test.CancellationToken);

        Assert.AreSequenceEqual([260, 260, 260], Kinds.Select(site.Site.State.Count));
        Assert.IsEmpty(site.Site.Violations);
    }

    [TestMethod]
    public async Task Sends_one_at_once_to_an_idle_site_and_takes_it_away_again()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var delivery = process.GetRequiredService<IDelivery>();

        foreach (var change in All(app, project: 1, number: 1, sequence: 10))
        {
            await delivery.SubmitAsync(app.Link, Lane.Live, [change], test.CancellationToken);
        }

        Assert.AreSequenceEqual([1, 1, 1], Kinds.Select(site.Site.State.Count));
        await delivery.SubmitAsync(app.Link, Lane.Live, [.. All(app, project: 1, number: 1, sequence: 20).Select(c => Delivery.Sample.Deletion(c.Entity, 20))], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(30), test.CancellationToken);
        Assert.AreSequenceEqual([0, 0, 0], Kinds.Select(site.Site.State.Count));
        Assert.IsEmpty(site.Site.Violations);
    }

    [TestMethod]
    public async Task A_project_that_goes_takes_its_own_along_and_nothing_else()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var delivery = process.GetRequiredService<IDelivery>();
        await delivery.SubmitAsync(app.Link, Lane.Live, [.. All(app, project: 1, number: 1, sequence: 10), .. All(app, project: 2, number: 1, sequence: 10)], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(1), test.CancellationToken);
        var repository = Delivery.Sample.Ref(app.Link, 1, EntityKind.Repository, JiraIds.Repository(app.Link, 1));

        await delivery.SubmitAsync(app.Link, Lane.Live, [Delivery.Sample.Deletion(repository, 20)], test.CancellationToken);
        await delivery.SubmitAsync(app.Link, Lane.Live, [.. All(app, project: 1, number: 1, sequence: 15)], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreSequenceEqual(["2-main/1", "2/2-production/1", "2-flag1"], Kinds.SelectMany(kind => site.Site.State.All(kind)).Select(entity => entity.Key.Id));
        Assert.IsEmpty(site.Site.Violations);
    }

    [TestMethod]
    public async Task Takes_away_what_names_only_issues_now_that_Jira_does_not_know()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var delivery = process.GetRequiredService<IDelivery>();
        await delivery.SubmitAsync(app.Link, Lane.Live, [.. All(app, project: 1, number: 1, sequence: 10)], test.CancellationToken);

        await delivery.SubmitAsync(app.Link, Lane.Live, [.. All(app, project: 1, number: 1, sequence: 20, key: "NOPE-1")], test.CancellationToken);
        await app.RunDryAsync([process], TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreSequenceEqual([0, 0, 0], Kinds.Select(site.Site.State.Count));
        Assert.IsEmpty(site.Site.Violations);
    }

    [TestMethod]
    public async Task A_family_that_Jira_refuses_does_not_stop_the_others()
    {
        await using var site = await SiteUnderTest.StartAsync();
        await using var app = await DelivererOnSite.StartAsync(site);
        var process = app.NewProcess();
        var delivery = process.GetRequiredService<IDelivery>();

        using (site.Site.Faults.Add(Fault.Status(403, "/rest/builds/*")))
        {
            await delivery.SubmitAsync(app.Link, Lane.Live, [.. All(app, project: 1, number: 1, sequence: 10)], test.CancellationToken);
            await app.TakeWakesAsync(process, test.CancellationToken);
            await app.TakeWakesAsync(process, test.CancellationToken);
            Assert.AreSequenceEqual([0, 1, 1], Kinds.Select(site.Site.State.Count));
        }

        await app.RunDryAsync([process], TimeSpan.FromHours(2), test.CancellationToken);
        Assert.AreSequenceEqual([1, 1, 1], Kinds.Select(site.Site.State.Count));
    }

    private static IEnumerable<EntityChange> All(DelivererOnSite app, long project, int number, long sequence, string key = "SHOP-1")
    {
        var own = project.ToString(CultureInfo.InvariantCulture);
        var build = Bodies.Build($"{own}-main", number, key: key);
        var deployment = Bodies.Deployment(number, key);
        deployment["pipeline"]!["id"] = own;
        deployment["environment"]!["id"] = $"{own}-production";
        var flag = Bodies.Flag($"{own}-flag{number}", key);

        yield return Change(EntityKind.Build, ProviderKeys.Build($"{own}-main", number), build);
        yield return Change(EntityKind.Deployment, ProviderKeys.Deployment(own, $"{own}-production", number), deployment);
        yield return Change(EntityKind.FeatureFlag, $"{own}-flag{number}", flag);

        EntityChange Change(EntityKind kind, string id, JsonObject body)
        {
            // The client writes the sequence.
            body.Remove("updateSequenceNumber");
            body.Remove("updateSequenceId");
            return new EntityChange
            {
                Entity = Delivery.Sample.Ref(app.Link, project, kind, id),
                Sequence = sequence,
                Body = JsonSerializer.SerializeToElement(body),
                Keys = [key],
                FromRead = true,
                MayFireAutomation = true,
                Cause = "test",
            };
        }
    }
}
