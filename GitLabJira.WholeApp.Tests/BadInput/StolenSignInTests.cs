using System.Net;
using Azure.Data.Tables;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.BadInput;

/// <summary>Somebody lures a victim to the authorize address of a sign-in of his own. Whatever the victim's browser then does, nobody gets a grant of it (design 8, Sign in).</summary>
[TestClass]
public sealed class StolenSignInTests(TestContext test)
{
    private static SandboxWorld _world = null!;
    private static JiraSite _otherSite = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1, Seed = Seed.Small() }, context.CancellationToken);
        _otherSite = await _world.StartJiraSiteAsync(new JiraSiteOptions { Name = "Southwind" }, context.CancellationToken);
        await _world.Jira.InstallAsync(_world.Descriptor, cancellationToken: context.CancellationToken);
        await _otherSite.InstallAsync(_world.Descriptor, cancellationToken: context.CancellationToken);
    }

    [ClassCleanup]
    public static async Task StopAsync() => await _world.DisposeAsync();

    [TestMethod]
    public async Task A_victim_that_finishes_somebody_elses_sign_in_leaves_no_grant_to_anybody()
    {
        using var thief = new JiraAdmin(_world, _world.Jira, _world.Jira.Users.OrganizationAdmin);
        using var victim = new JiraAdmin(_world, _world.Jira, _world.Jira.Users.SiteAdmin);
        using var stranger = new JiraAdmin(_world, _otherSite, _otherSite.Users.SiteAdmin);
        using var browser = new HttpClient();
        var (authorize, state) = await thief.StartSignInAsync(test.CancellationToken);

        // The victim is signed in to GitLab, and the address looks like any of the app's.
        var redirect = await _world.GitLab.AuthorizeAsync("olivia", authorize);
        using var callback = await browser.GetAsync(redirect, test.CancellationToken);
        var ofVictim = await victim.RedeemAsync(redirect, test.CancellationToken);
        var ofOtherSite = await stranger.RedeemAsync(redirect, test.CancellationToken);
        var guessed = await thief.RedeemAsync(new Uri(redirect, $"?code={new string('c', 64)}&state={state}"), test.CancellationToken);

        Assert.AreEqual(HttpStatusCode.OK, callback.StatusCode);
        Assert.AreEqual((HttpStatusCode.Forbidden, "sign_in_of_someone_else"), (ofVictim.Status, ofVictim.Reason));
        Assert.AreEqual((HttpStatusCode.Conflict, "sign_in_expired"), (ofOtherSite.Status, ofOtherSite.Reason));
        Assert.AreEqual((HttpStatusCode.Conflict, "code_refused"), (guessed.Status, guessed.Reason));
        Assert.IsEmpty(await GrantsAsync());
        Assert.IsEmpty(_world.GitLab.OAuth.LiveTokens);

        // The same by one person is what writes a row: an empty table above is no accident.
        Assert.AreEqual(HttpStatusCode.OK, (await victim.SignInAsync(_world.GitLab, "olivia", test.CancellationToken)).Status);
        Assert.HasCount(1, await GrantsAsync());
        Assert.HasCount(1, _world.GitLab.OAuth.LiveTokens);
    }

    /// <summary>All rows, whatever tenant they are of.</summary>
    private async Task<IReadOnlyList<string>> GrantsAsync()
    {
        var service = new TableServiceClient(_world.Storage.ConnectionString);

        if (!await service.QueryAsync(table => table.Name == "Grants", cancellationToken: test.CancellationToken).AnyAsync(test.CancellationToken))
        {
            return [];
        }

        return await service.GetTableClient("Grants").QueryAsync<TableEntity>(cancellationToken: test.CancellationToken).Select(row => $"{row.PartitionKey} {row.RowKey}").ToListAsync(test.CancellationToken);
    }
}
