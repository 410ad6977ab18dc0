using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.World;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.WholeApp.Tests.Connect;

/// <summary>Sites install the running app. All tests share one app; each has a site of its own.</summary>
[TestClass]
public sealed class InstallTests(TestContext test) : IAsyncDisposable
{
    private static SandboxWorld _world = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) =>
        _world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 2 }, context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await _world.DisposeAsync();

    private readonly FakeTimeProvider _clock = new(_world.Clock.GetUtcNow());
    private readonly List<JiraSite> _sites = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }
    }

    [TestMethod]
    public async Task A_site_that_installed_the_app_can_use_it()
    {
        var site = await InstalledAsync();
        using var admin = new JiraAdmin(_world, site, site.Users.SiteAdmin);

        Assert.AreEqual(HttpStatusCode.OK, (await admin.LinksAsync(test.CancellationToken)).Status);
        Assert.AreEqual("1 Installed", await StateAsync(site));
        Assert.IsEmpty(site.Violations, string.Join('\n', site.Violations));
    }

    [TestMethod]
    public async Task Upgrades_rotated_secrets_and_renames_lose_nothing()
    {
        var site = await InstalledAsync();
        using var admin = new JiraAdmin(_world, site, site.Users.SiteAdmin);

        foreach (var change in new Func<Task<LifecycleCall>>[] { () => site.UpgradeAsync(), () => site.RotateSecretAsync(), () => site.RenameAsync(), () => site.RotateSecretAsync() })
        {
            Assert.AreEqual(200, (await change()).Status);
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.AreEqual(HttpStatusCode.OK, (await admin.LinksAsync(test.CancellationToken)).Status);
        }

        Assert.AreEqual("1 Installed", await StateAsync(site));
    }

    [TestMethod]
    public async Task The_same_call_again_changes_nothing_and_its_token_carries_no_other_body()
    {
        var site = await InstalledAsync();
        var first = site.LifecycleCalls.First(call => call.EventType == "installed");
        await site.RotateSecretAsync();
        using var admin = new JiraAdmin(_world, site, site.Users.SiteAdmin);

        var again = await site.ReplayAsync(first);
        var forged = await site.ReplayAsync(first, body => body["sharedSecret"] = new string('s', 64));

        Assert.AreEqual(200, again.Status);
        Assert.AreEqual(401, forged.Status);
        Assert.AreEqual(HttpStatusCode.OK, (await admin.LinksAsync(test.CancellationToken)).Status);
    }

    [TestMethod]
    public async Task A_site_import_is_another_tenant_on_the_same_cloud_id()
    {
        var site = await InstalledAsync();
        var before = site.App!.ClientKey;

        await site.ImportAsync();
        using var admin = new JiraAdmin(_world, site, site.Users.SiteAdmin);

        Assert.AreNotEqual(before, site.App!.ClientKey);
        Assert.AreEqual(HttpStatusCode.OK, (await admin.LinksAsync(test.CancellationToken)).Status);
        Assert.HasCount(2, await RowsAsync($"cloud!{site.CloudId}"));
    }

    [TestMethod]
    public async Task An_uninstall_ends_the_epoch_and_a_late_one_does_not_touch_the_next_install()
    {
        var site = await InstalledAsync();
        var clientKey = site.App!.ClientKey;
        using var admin = new JiraAdmin(_world, site, site.Users.SiteAdmin);
        var token = site.ContextToken(site.Users.SiteAdmin.AccountId);

        var uninstall = await site.UninstallAsync(test.CancellationToken);
        var refused = await admin.CallAsync(HttpMethod.Get, "configuration/links", body: null, test.CancellationToken, token);
        var ended = await StateAsync(clientKey);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await site.InstallAsync(_world.Descriptor, cancellationToken: test.CancellationToken);
        var late = await site.ReplayAsync(uninstall!);

        Assert.AreEqual(200, uninstall!.Status);
        // A process that has not read the row again yet asks Jira, which knows the app no more.
        Assert.IsTrue(refused.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{refused.Status}");
        Assert.AreEqual("1 Uninstalled", ended);
        Assert.AreEqual(200, late.Status);
        Assert.AreEqual("2 Installed", await StateAsync(clientKey));
        Assert.AreEqual(HttpStatusCode.OK, (await admin.LinksAsync(test.CancellationToken)).Status);
    }

    [TestMethod]
    public async Task Refuses_an_uninstall_in_another_tenants_name()
    {
        var site = await InstalledAsync();
        var other = await InstalledAsync();

        var call = await site.SendLifecycleAsync("uninstalled", draft => draft.Body["clientKey"] = other.App!.ClientKey, test.CancellationToken);

        Assert.AreEqual(401, call.Status);
        Assert.AreEqual("1 Installed", await StateAsync(other));
    }

    [TestMethod]
    public async Task Refuses_what_Atlassian_did_not_sign_for_this_app_and_tenant()
    {
        var site = await InstalledAsync();
        var before = await RowsAsync(site.App!.ClientKey);
        (string Name, int Status, Action<LifecycleDraft> Change)[] bad =
        [
            ("unsigned", 401, draft => draft.Token = ""),
            ("alg none", 401, draft => draft.Signature = LifecycleSignature.None),
            ("HS256 with the tenant's secret", 401, draft => draft.Signature = LifecycleSignature.SharedSecret),
            ("foreign key", 401, draft => draft.Signature = LifecycleSignature.ForeignKey),
            ("unknown kid", 401, draft => draft.Header["kid"] = "nobody-knows-this"),
            ("kid that breaks the pattern", 401, draft => draft.Header["kid"] = "../../etc/passwd"),
            ("expired", 401, draft => draft.Claims["exp"] = draft.Claims["iat"]!.GetValue<long>() - 100),
            ("wrong aud", 401, draft => draft.Claims["aud"] = new JsonArray("https://another-app.example.com")),
            ("wrong iss", 401, draft => draft.Claims["iss"] = "another-tenant"),
            ("another tenant's body", 401, draft => draft.Body["clientKey"] = "another-tenant"),
            ("wrong qsh", 401, draft => draft.Claims["qsh"] = new string('0', 64)),
            ("context qsh", 401, draft => draft.Claims["qsh"] = "context-qsh"),
            ("foreign host", 400, draft => draft.Body["baseUrl"] = "https://evil.example.com"),
            ("no secret", 400, draft => draft.Body.Remove("sharedSecret")),
            ("no base URL", 400, draft => draft.Body.Remove("baseUrl")),
            ("too large", 413, draft => draft.Body["description"] = new string('x', 100_000)),
        ];

        foreach (var (name, status, change) in bad)
        {
            Assert.AreEqual(status, (await site.SendLifecycleAsync("installed", change, test.CancellationToken)).Status, name);
        }

        Assert.AreEqual(string.Join('\n', before), string.Join('\n', await RowsAsync(site.App!.ClientKey)));
        Assert.IsEmpty(await RowsAsync("another-tenant"));
        Assert.IsFalse(_world.Processes.Any(process => process.Output.Contains(site.App!.SharedSecret, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Tokens_of_a_page_count_where_they_belong_and_nowhere_else()
    {
        var site = await InstalledAsync();
        using var admin = new JiraAdmin(_world, site, site.Users.SiteAdmin);
        using var other = new JiraAdmin(_world, site, site.Users.JiraAdmin);

        Assert.AreEqual(HttpStatusCode.Unauthorized, (await admin.CallAsync(HttpMethod.Get, "configuration/links", body: null, test.CancellationToken, site.ContextToken(accountId: null))).Status);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await admin.CallAsync(HttpMethod.Get, "configuration/links", body: null, test.CancellationToken, "not-a-token")).Status);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await admin.CallAsync(HttpMethod.Get, "configuration", body: null, test.CancellationToken)).Status, "A context token opens no page.");
        Assert.AreEqual(HttpStatusCode.Forbidden, (await other.LinksAsync(test.CancellationToken)).Status, "A Jira admin is no site admin.");
    }

    // Each site has a clock of its own, a second ahead with each call: two calls of one second would carry the same token.
    private async Task<JiraSite> InstalledAsync()
    {
        var site = await JiraSite.StartAsync(new JiraSiteOptions { Clock = new WallClock(_clock), KeyHost = _world.Jira.KeyHost }, test.CancellationToken);
        _sites.Add(site);
        await site.InstallAsync(_world.Descriptor, cancellationToken: test.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));
        return site;
    }

    private Task<string> StateAsync(JiraSite site) => StateAsync(site.App!.ClientKey);

    private async Task<string> StateAsync(string clientKey)
    {
        var row = (await new TableClient(_world.Storage.ConnectionString, "Installations").GetEntityAsync<TableEntity>(clientKey, "installation", cancellationToken: test.CancellationToken)).Value;
        return $"{row["Epoch"]} {row["State"]}";
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string partition) =>
        await new TableClient(_world.Storage.ConnectionString, "Installations")
            .QueryAsync<TableEntity>(row => row.PartitionKey == partition, cancellationToken: test.CancellationToken)
            .Select(row => $"{row.RowKey} {row.ETag}")
            .ToListAsync(test.CancellationToken);
}
