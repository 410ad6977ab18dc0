using System.Net;
using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Configuration;

/// <summary>A site with links on two GitLab servers: the choice is about the next sign-in alone.</summary>
[TestClass]
public sealed class SelfManagedTests(TestContext test)
{
    [TestMethod]
    public async Task A_site_links_groups_of_a_server_of_its_own_beside_those_of_the_default_one()
    {
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 2, Seed = Seed.Small() }, test.CancellationToken);
        var (own, application) = await world.StartGitLabAsync(new GitLabSiteOptions { Seed = Seed.Small() }, test.CancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
        var there = await admin.LinkedAsync(world.GitLab.State.Group("acme").Id, test.CancellationToken);

        var wrong = await ChooseAsync(admin, new { host = own.BaseUrl, applicationId = application.ClientId, applicationSecret = "another" });
        var chosen = await ChooseAsync(admin, new { host = own.BaseUrl, applicationId = application.ClientId, applicationSecret = application.Secret });

        Assert.AreEqual((HttpStatusCode.UnprocessableEntity, "application_refused"), (wrong.Status, wrong.Reason));
        Assert.AreEqual((HttpStatusCode.OK, "changed", own.BaseUrl), (chosen.Status, chosen.Reason, (string?)chosen.Body!["host"]));
        var status = await admin.CallAsync(HttpMethod.Get, "configuration/sign-in", body: null, test.CancellationToken);
        Assert.AreEqual(("not_signed_in", own.BaseUrl), (status.Reason, (string?)status.Body!["host"]));

        Assert.AreEqual("signed_in", (await admin.SignInAsync(own, "olivia", test.CancellationToken)).Reason);
        var here = await admin.LinkedAsync(own.State.Group("acme").Id, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(5), test.CancellationToken);
        Assert.AreEqual("completed", (string?)(await admin.SyncOfAsync(here, test.CancellationToken))?["state"]);

        // Both go on, each with its own token, and after these have been refreshed.
        await world.AdvanceAsync(TimeSpan.FromHours(3), test.CancellationToken);

        foreach (var gitLab in new[] { world.GitLab, own })
        {
            var project = gitLab.State.Project("acme/shop/checkout");
            gitLab.Push("dana", project.Id, $"feature/SHOP-4-on-{new Uri(gitLab.BaseUrl).Port}", "SHOP-4 Carry on");
        }

        await world.AdvanceAsync(TimeSpan.FromSeconds(30), test.CancellationToken);
        var branches = world.Jira.State.All(EntityKind.Branch).Select(branch => branch.Text("url")).Where(url => url!.Contains("SHOP-4-on-", StringComparison.Ordinal)).ToList();
        Assert.HasCount(2, branches);
        Assert.Contains(url => url!.StartsWith($"{world.GitLab.BaseUrl}/", StringComparison.Ordinal), branches);
        Assert.Contains(url => url!.StartsWith($"{own.BaseUrl}/", StringComparison.Ordinal), branches);

        Assert.AreEqual("active", await StateOfAsync(admin, there));
        Assert.AreEqual("active", await StateOfAsync(admin, here));
        Assert.IsEmpty(world.Jira.Violations, string.Join('\n', world.Jira.Violations));

        // Back, without being asked for an application: the sign-in there still stands.
        Assert.AreEqual(HttpStatusCode.OK, (await ChooseAsync(admin, new { host = world.GitLab.BaseUrl })).Status);
        Assert.AreEqual("signed_in", (await admin.CallAsync(HttpMethod.Get, "configuration/sign-in", body: null, test.CancellationToken)).Reason);
    }

    private Task<PageAnswer> ChooseAsync(JiraAdmin admin, object choice) => admin.CallAsync(HttpMethod.Put, "configuration/gitlab", choice, test.CancellationToken);

    private async Task<string?> StateOfAsync(JiraAdmin admin, string link) =>
        (string?)(await admin.LinksAsync(test.CancellationToken)).Body!["links"]!.AsArray().FirstOrDefault(row => (string?)row!["id"] == link)?["state"];
}
