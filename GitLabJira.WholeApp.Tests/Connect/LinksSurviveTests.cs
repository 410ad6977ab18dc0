using System.Net;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.World;
using GitLabJira.WholeApp.Tests.BadInput;

namespace GitLabJira.WholeApp.Tests.Connect;

/// <summary>Jira calls <c>installed</c> for more than installs: a link with all that belongs to it outlives each of these calls, row by row, and goes on delivering (design 5 and 8, Install).</summary>
[TestClass]
public sealed class LinksSurviveTests(TestContext test)
{
    /// <summary>What a link consists of.</summary>
    private static readonly string[] Tables = ["Links", "LinkIndex", "Grants", "Projects", "SyncRuns", "DataKeys"];

    [TestMethod]
    public async Task A_link_outlives_replays_upgrades_new_secrets_and_new_addresses()
    {
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 2, Seed = Seed.Small() }, test.CancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
        var link = await admin.LinkedAsync(world.GitLab.State.Group("acme").Id, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(5), test.CancellationToken);
        Assert.AreEqual("completed", (string?)(await admin.SyncOfAsync(link, test.CancellationToken))?["state"]);
        var first = world.Jira.LifecycleCalls.First(call => call.EventType == "installed");
        var before = await StorageSnapshot.TakeAsync(world.Storage.ConnectionString, test.CancellationToken);
        LifecycleCall upgrade = first;
        (string Name, int Status, Func<Task<LifecycleCall>> Call)[] calls =
        [
            ("an upgrade", 200, async () => upgrade = await world.Jira.UpgradeAsync(test.CancellationToken)),
            ("the same call again", 200, () => world.Jira.ReplayAsync(upgrade, cancellationToken: test.CancellationToken)),
            ("a new secret", 200, () => world.Jira.RotateSecretAsync(test.CancellationToken)),
            ("a call from before the new secret", 200, () => world.Jira.ReplayAsync(upgrade, cancellationToken: test.CancellationToken)),
            ("a new address", 200, () => world.Jira.RenameAsync(test.CancellationToken)),
            ("the first install, whose token has expired", 401, () => world.Jira.ReplayAsync(first, cancellationToken: test.CancellationToken)),
        ];

        foreach (var (name, status, call) in calls)
        {
            // Two calls of one second would carry the same token.
            await world.AdvanceAsync(TimeSpan.FromSeconds(2), test.CancellationToken);
            Assert.AreEqual(status, (await call()).Status, name);

            var changes = before.Changes(await StorageSnapshot.TakeAsync(world.Storage.ConnectionString, test.CancellationToken)).Where(IsOfLink);
            Assert.IsEmpty(changes, $"{name}: {string.Join(", ", changes)}");
            await AssertDeliversAsync(world, name);
            Assert.AreEqual("active", await StateOfAsync(admin, link), name);
        }

        Assert.IsEmpty(world.Jira.Violations, string.Join('\n', world.Jira.Violations));
    }

    [TestMethod]
    public async Task After_an_uninstall_the_clean_up_takes_what_was_of_that_install_and_nothing_of_the_next()
    {
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 2, Seed = Seed.Small() }, test.CancellationToken);
        var (acme, freelancers) = (world.GitLab.State.Group("acme"), world.GitLab.State.Group("freelancers"));
        world.GitLab.SetGroupMember("frieda", freelancers.Id, "olivia", Sandbox.GitLab.State.AccessLevel.Maintainer);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
        var old = await admin.LinkedAsync(acme.Id, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(5), test.CancellationToken);
        var oldTokens = world.GitLab.OAuth.LiveTokens.Select(token => token.AccessToken).ToList();
        Assert.IsNotEmpty(world.GitLab.State.Hooks);

        // No time passes until the next link stands: the clean-up meets it.
        Assert.AreEqual(200, (await world.Jira.UninstallAsync(test.CancellationToken))!.Status);
        await world.AdvanceAsync(TimeSpan.FromSeconds(1), test.CancellationToken);
        await world.Jira.InstallAsync(world.Descriptor, cancellationToken: test.CancellationToken);
        Assert.AreEqual(HttpStatusCode.OK, (await admin.SignInAsync(world.GitLab, "olivia", test.CancellationToken)).Status);
        var young = await admin.LinkedAsync(freelancers.Id, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(30), test.CancellationToken);

        var held = (await StorageSnapshot.TakeAsync(world.Storage.ConnectionString, test.CancellationToken)).Entries;
        Assert.IsEmpty(held.Where(entry => IsOfLink(entry) && !entry.StartsWith("row LinkIndex ", StringComparison.Ordinal) && entry.Contains(Id(old), StringComparison.Ordinal)));
        Assert.HasCount(1, held.Where(entry => entry.StartsWith("row Links ", StringComparison.Ordinal) && entry.Contains(Id(young), StringComparison.Ordinal)));
        Assert.HasCount(1, held.Where(entry => entry.StartsWith("row Grants ", StringComparison.Ordinal)));
        Assert.IsTrue(world.GitLab.State.Hooks.Values.All(hook => hook.Url.EndsWith(young, StringComparison.Ordinal)), "A hook of the old link stands.");
        Assert.IsNotEmpty(world.GitLab.State.Hooks);
        Assert.IsEmpty(world.GitLab.OAuth.LiveTokens.Select(token => token.AccessToken).Intersect(oldTokens), "A token of the old install works.");
        Assert.AreEqual("active", await StateOfAsync(admin, young));
        Assert.IsNull(await StateOfAsync(admin, old));

        var again = await admin.LinkedAsync(acme.Id, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(5), test.CancellationToken);
        Assert.AreEqual("completed", (string?)(await admin.SyncOfAsync(again, test.CancellationToken))?["state"]);
        await AssertDeliversAsync(world, "the group linked again");

        // For good: what stays are tombstones, and budgets, which end by themselves.
        Assert.AreEqual(200, (await world.Jira.UninstallAsync(test.CancellationToken))!.Status);
        await world.AdvanceAsync(TimeSpan.FromMinutes(30), test.CancellationToken);
        held = (await StorageSnapshot.TakeAsync(world.Storage.ConnectionString, test.CancellationToken)).Entries;
        string[] emptied = ["Links", "Grants", "SignIns", "Projects", "SyncRuns", "Sent", "Outbox", "Sites", "Reconciles", "Due"];
        var left = held.Where(entry => emptied.Any(table => entry.StartsWith($"row {table} ", StringComparison.Ordinal)) && !entry.EndsWith(" / guard", StringComparison.Ordinal));
        Assert.IsEmpty(left, string.Join('\n', left));
        Assert.IsEmpty(world.GitLab.State.Hooks);
        Assert.IsEmpty(world.GitLab.OAuth.LiveTokens);
    }

    [TestMethod]
    public async Task After_a_site_import_the_links_move_to_the_new_identity()
    {
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1, Seed = Seed.Small() }, test.CancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
        var old = await admin.LinkedAsync(world.GitLab.State.Group("acme").Id, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), test.CancellationToken);

        Assert.AreEqual(200, (await world.Jira.ImportAsync(test.CancellationToken)).Status);
        var before = await admin.LinksAsync(test.CancellationToken);
        Assert.AreEqual(HttpStatusCode.OK, (await admin.SignInAsync(world.GitLab, "olivia", test.CancellationToken)).Status);
        var moved = await admin.CallAsync(HttpMethod.Post, "configuration/links/move", body: null, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.IsEmpty(before.Body!["links"]!.AsArray());
        Assert.AreEqual("""["acme"]""", before.Body["earlier"]!.ToJsonString());
        Assert.AreEqual("""["acme"]""", moved.Body!["moved"]!.ToJsonString());
        var link = (await admin.LinksAsync(test.CancellationToken)).Body!["links"]!.AsArray().Single()!;
        Assert.AreEqual(("active", "completed"), ((string?)link["state"], (string?)link["sync"]!["state"]));
        Assert.AreNotEqual(old, (string?)link["id"]);
        Assert.EndsWith((string)link["id"]!, world.GitLab.State.Hooks.Values.Single().Url);
        var held = (await StorageSnapshot.TakeAsync(world.Storage.ConnectionString, test.CancellationToken)).Entries;
        Assert.IsEmpty(held.Where(entry => IsOfLink(entry) && !entry.StartsWith("row LinkIndex ", StringComparison.Ordinal) && entry.Contains(Id(old), StringComparison.Ordinal)));
        await AssertDeliversAsync(world, "an import");
    }

    private async Task AssertDeliversAsync(SandboxWorld world, string after)
    {
        var project = world.GitLab.State.Project("acme/shop/checkout");
        var since = world.Clock.GetUtcNow();

        world.GitLab.Push("dana", project.Id, $"feature/SHOP-3-{since.ToUnixTimeSeconds()}", "SHOP-3 Carry on");
        await world.AdvanceAsync(TimeSpan.FromSeconds(30), test.CancellationToken);

        var differences = new Truth(world.Jira).Differences(world.GitLab.State.Projects[project.Id], since);
        Assert.IsEmpty(differences, $"{after}: {string.Join('\n', differences)}");
    }

    private async Task<string?> StateOfAsync(JiraAdmin admin, string link) =>
        (string?)(await admin.LinksAsync(test.CancellationToken)).Body!["links"]!.AsArray().FirstOrDefault(row => (string?)row!["id"] == link)?["state"];

    private static bool IsOfLink(string entry) => Tables.Any(table => entry.Contains($"row {table} ", StringComparison.Ordinal));

    private static string Id(string link) => Guid.Parse(link).ToString("N");
}
