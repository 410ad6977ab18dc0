using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;

namespace GitLabJira.Functions.Tests.GitLab.Grants;

[TestClass]
public sealed class AccountGrantsTests(TestContext test)
{
    private readonly GitLabScene _scene = new();

    [TestMethod]
    public async Task Keeps_tokens_and_names_sealed()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 7, "access-secret", test.CancellationToken);

        var row = _scene.Tables.Rows("Grants").Single();

        Assert.AreEqual("site-1", row["PartitionKey"]!.GetValue<string>());
        Assert.AreEqual("https=3A=2F=2Fgitlab.test!account-ann", row["RowKey"]!.GetValue<string>());
        Assert.DoesNotContain("access-secret", row.ToJsonString());
        Assert.DoesNotContain("user7", row.ToJsonString());
        Assert.AreEqual("user7", (await FindAsync())!.Username);
    }

    [TestMethod]
    public async Task Knows_no_sign_in_of_an_earlier_installation()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "a1", test.CancellationToken);

        var grant = await _scene.Grants.FindAsync(GitLabScene.ClientKey, epoch: 2, KnownInstances.Host, GitLabScene.Ann, test.CancellationToken);

        Assert.IsNull(grant);
    }

    [TestMethod]
    public async Task Revives_a_dead_grant_by_a_new_sign_in()
    {
        var grant = await _scene.SignInAsync(GitLabScene.Ann, 1, "a1", test.CancellationToken);
        await _scene.Store.TryWriteAsync(grant with { Dead = true, SignedOut = true, Refusals = 4 }, test.CancellationToken);

        await _scene.SignInAsync(GitLabScene.Ann, 1, "a2", test.CancellationToken);

        var revived = await FindAsync();
        Assert.AreEqual("a2", revived!.AccessToken);
        Assert.AreEqual(2, revived.Generation);
        Assert.AreEqual(0, revived.Refusals);
    }

    [TestMethod]
    public async Task Revokes_what_was_granted_to_an_earlier_installation_when_its_row_is_taken_over()
    {
        var old = await _scene.SignInAsync(GitLabScene.Ann, 1, "a1", test.CancellationToken);
        _scene.Http.On(GitLabScene.Revoke, "{}");

        await _scene.Grants.SignInAsync(old with { Epoch = old.Epoch + 1, AccessToken = "a2", RefreshToken = "r2" }, test.CancellationToken);

        Assert.Contains("token=a1", _scene.Http.Requests.Single().Body!);
        Assert.AreEqual("a2", (await _scene.Store.FindAsync(GitLabScene.ClientKey, KnownInstances.Host, GitLabScene.Ann, test.CancellationToken))!.AccessToken);
    }

    [TestMethod]
    public async Task Revokes_a_grant_at_sign_out_that_no_link_lives_by()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "a1", test.CancellationToken);
        _scene.Http.On(GitLabScene.Revoke, "{}");

        await SignOutAsync();

        Assert.IsEmpty(_scene.Tables.Keys("Grants"));
        Assert.Contains("token=a1", _scene.Http.Requests.Single().Body!);
    }

    [TestMethod]
    public async Task Drops_a_grant_at_sign_out_even_if_GitLab_does_not_answer()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "a1", test.CancellationToken);
        _scene.Http.On(GitLabScene.Revoke, HttpStatusCode.BadGateway);

        await SignOutAsync();

        Assert.IsEmpty(_scene.Tables.Keys("Grants"));
    }

    [TestMethod]
    public async Task Keeps_a_grant_at_sign_out_that_a_link_lives_by()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "a1", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);

        await SignOutAsync();

        Assert.IsNull(await FindAsync());
        Assert.AreEqual("a1", await _scene.Access.CallAsync(link, (access, _) => Task.FromResult(access.Token), test.CancellationToken));
    }

    [TestMethod]
    public async Task Keeps_a_grant_at_sign_out_that_stands_in_for_a_lost_one()
    {
        await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        await _scene.LinkAsync(test.CancellationToken);

        await _scene.Grants.SignOutAsync(GitLabScene.ClientKey, KnownInstances.Host, GitLabScene.Ben, test.CancellationToken);

        Assert.HasCount(1, _scene.Tables.Keys("Grants"));
        Assert.IsEmpty(_scene.Http.Requests);
    }

    [TestMethod]
    public async Task Refreshes_for_the_page_as_for_links()
    {
        var grant = await _scene.SignInAsync(GitLabScene.Ann, 1, "old", test.CancellationToken);
        _scene.Http.On(GitLabScene.Token, GitLabScene.Pair("fresh"));

        var answer = await _scene.Grants.CallAsync(
            grant,
            (access, _) => access.Token == "old" ? throw new GitLabRequestException(GitLabFailure.Unauthorized, HttpStatusCode.Unauthorized, null) : Task.FromResult(access.Token),
            test.CancellationToken);

        Assert.AreEqual("fresh", answer);
    }

    [TestMethod]
    public async Task Ends_every_grant_and_sign_in_of_an_epoch_and_no_newer_one()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        var ben = await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        await _scene.Store.TryWriteAsync(ben with { Epoch = 2 }, test.CancellationToken);
        await _scene.SignIns.BeginAsync(GitLabScene.ClientKey, 1, GitLabScene.Ann, KnownInstances.Host, test.CancellationToken);
        await _scene.SignIns.BeginAsync(GitLabScene.ClientKey, 2, GitLabScene.Ann, KnownInstances.Host, test.CancellationToken);
        _scene.Http.On(GitLabScene.Revoke, "{}");
        var revocation = new GrantRevocation(_scene.Store, _scene.SignIns, _scene.Grants, _scene.Instances);

        await revocation.RevokeAllAsync(GitLabScene.ClientKey, epoch: 1, test.CancellationToken);
        await revocation.RevokeAllAsync(GitLabScene.ClientKey, epoch: 1, test.CancellationToken);

        Assert.Contains(GitLabScene.Ben, _scene.Tables.Keys("Grants").Single());
        Assert.HasCount(1, _scene.Tables.Keys("SignIns"));
        Assert.Contains("token=ann", _scene.Http.Requests.Single().Body!);
    }

    private Task SignOutAsync() => _scene.Grants.SignOutAsync(GitLabScene.ClientKey, KnownInstances.Host, GitLabScene.Ann, test.CancellationToken);

    private Task<Grant?> FindAsync() => _scene.Grants.FindAsync(GitLabScene.ClientKey, epoch: 1, KnownInstances.Host, GitLabScene.Ann, test.CancellationToken);
}
