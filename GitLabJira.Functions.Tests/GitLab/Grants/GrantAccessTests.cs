using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.GitLab.Grants;

[TestClass]
public sealed class GrantAccessTests(TestContext test)
{
    private const string BensRole = $"GET {GitLabScene.Api}groups/5/members/all/2";
    private const string AnnsRole = $"GET {GitLabScene.Api}groups/5/members/all/1";

    private readonly GitLabScene _scene = new();
    private readonly List<string> _used = [];

    [TestMethod]
    public async Task Calls_as_who_linked_the_group()
    {
        await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);

        var answer = await _scene.Access.CallAsync(link, Works, test.CancellationToken);

        Assert.AreEqual("ann", answer);
        Assert.IsEmpty(_scene.Http.Requests);
    }

    [TestMethod]
    public async Task Reads_the_row_again_after_a_401_before_it_refreshes()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "old", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        await _scene.Access.CallAsync(link, Works, test.CancellationToken);
        await _scene.NewProcess().Grants.SignInAsync(
            await _scene.SignInAsync(GitLabScene.Ann, 1, "new", test.CancellationToken), test.CancellationToken);

        var answer = await _scene.Access.CallAsync(link, Unless("old", HttpStatusCode.Unauthorized), test.CancellationToken);

        Assert.AreEqual("new", answer);
        Assert.IsEmpty(_scene.Http.Requests);
    }

    [TestMethod]
    public async Task Refreshes_once_after_a_401_and_calls_again()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "old", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(GitLabScene.Token, GitLabScene.Pair("fresh"));

        var answer = await _scene.Access.CallAsync(link, Unless("old", HttpStatusCode.Unauthorized), test.CancellationToken);

        Assert.AreEqual("fresh", answer);
        Assert.AreEqual("old, fresh", string.Join(", ", _used));
    }

    [TestMethod]
    public async Task Moves_on_to_another_grant_that_has_the_role()
    {
        var ann = await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        await _scene.Store.TryWriteAsync(ann with { Dead = true }, test.CancellationToken);
        await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(BensRole, """{"id":2,"access_level":40}""");

        var first = await _scene.Access.CallAsync(link, Works, test.CancellationToken);
        var second = await _scene.Access.CallAsync(link, Works, test.CancellationToken);

        Assert.AreEqual("ben", first);
        Assert.AreEqual("ben", second);
        Assert.HasCount(1, _scene.Http.Requests);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.OK, """{"id":2,"access_level":30}""")]
    [DataRow(HttpStatusCode.NotFound, "")]
    [DataRow(HttpStatusCode.Forbidden, "")]
    public async Task Never_uses_a_grant_without_the_role(HttpStatusCode status, string body)
    {
        await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(BensRole, status, body);

        await Assert.ThrowsExactlyAsync<NoUsableGrantException>(() => _scene.Access.CallAsync(link, Works, test.CancellationToken));

        Assert.IsEmpty(_used);
    }

    [TestMethod]
    public async Task Asks_for_a_sign_in_when_no_grant_works_and_goes_on_by_itself_after_one()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        await Assert.ThrowsExactlyAsync<NoUsableGrantException>(() => _scene.Access.CallAsync(link, Works, test.CancellationToken));
        var waiting = await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken);
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        _scene.Http.On(AnnsRole, """{"access_level":40}""");

        await _scene.Access.CallAsync(waiting!, Works, test.CancellationToken);

        var revived = await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken);
        Assert.AreEqual(LinkState.NeedsSignIn, waiting!.State);
        Assert.IsNotNull(waiting.StateReason);
        Assert.AreEqual(LinkState.Active, revived!.State);
        Assert.IsNull(revived.StateReason);
    }

    [TestMethod]
    public async Task Sees_a_sign_in_in_another_process_before_it_asks_for_one()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        await Assert.ThrowsExactlyAsync<NoUsableGrantException>(() => _scene.Access.CallAsync(link, Works, test.CancellationToken));
        var elsewhere = _scene.NewProcess().Grants;
        await elsewhere.SignInAsync(
            elsewhere.New(GitLabScene.ClientKey, 1, KnownInstances.Host, GitLabScene.Ann, new GitLabUser(1, "ann", null), new TokenPair("ann", "r", TimeSpan.FromHours(2))),
            test.CancellationToken);

        var answer = await _scene.Access.CallAsync(link, Works, test.CancellationToken);

        Assert.AreEqual("ann", answer);
    }

    [TestMethod]
    public async Task Leaves_a_link_that_is_being_removed_in_its_state()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        var unlinking = await _scene.Removal.BeginAsync(link.ClientKey, link.Id, "test", test.CancellationToken);

        await Assert.ThrowsExactlyAsync<NoUsableGrantException>(() => _scene.Access.CallAsync(unlinking!, Works, test.CancellationToken));

        Assert.AreEqual(LinkState.Unlinking, (await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!.State);
    }

    [TestMethod]
    public async Task Waits_rather_than_asks_for_a_sign_in_while_a_refusal_may_pass()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "old", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(GitLabScene.Token, HttpStatusCode.BadRequest, GitLabScene.InvalidGrant);

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.Access.CallAsync(link, Unless("old", HttpStatusCode.Unauthorized), test.CancellationToken));

        Assert.AreEqual(GitLabFailure.Unavailable, exception.Failure);
        Assert.AreEqual(TimeSpan.FromSeconds(5), exception.RetryAfter);
        Assert.AreEqual(LinkState.Active, (await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!.State);
    }

    [TestMethod]
    public async Task Puts_a_grant_aside_whose_fresh_token_is_refused_as_well()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "old", test.CancellationToken);
        await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(GitLabScene.Token, GitLabScene.Pair("fresh"));
        _scene.Http.On(BensRole, """{"access_level":50}""");

        var answer = await _scene.Access.CallAsync(link, Only("ben"), test.CancellationToken);

        Assert.AreEqual("ben", answer);
        Assert.AreEqual("old, fresh, ben", string.Join(", ", _used));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.NotFound, GitLabFailure.NotFound)]
    [DataRow(HttpStatusCode.Forbidden, GitLabFailure.Forbidden)]
    public async Task Passes_a_refusal_on_when_the_user_still_has_the_role(HttpStatusCode status, GitLabFailure expected)
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(AnnsRole, """{"access_level":40}""");

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.Access.CallAsync(link, Unless("ann", status), test.CancellationToken));

        Assert.AreEqual(expected, exception.Failure);
    }

    [TestMethod]
    public async Task Lets_somebody_else_call_when_the_linking_user_lost_the_role()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(AnnsRole, HttpStatusCode.NotFound);
        _scene.Http.On(BensRole, """{"access_level":40}""");

        var answer = await _scene.Access.CallAsync(link, Unless("ann", HttpStatusCode.NotFound), test.CancellationToken);

        Assert.AreEqual("ben", answer);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.InternalServerError)]
    [DataRow(HttpStatusCode.TooManyRequests)]
    [DataRow(HttpStatusCode.BadRequest)]
    public async Task Tries_no_other_grant_for_what_is_not_the_grants_fault(HttpStatusCode status)
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.Access.CallAsync(link, Unless("ann", status), test.CancellationToken));

        Assert.AreEqual("ann", string.Join(", ", _used));
    }

    [TestMethod]
    public async Task Uses_no_grant_of_an_earlier_installation()
    {
        var ann = await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        await _scene.Store.TryWriteAsync(ann with { Epoch = 0 }, test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);

        await Assert.ThrowsExactlyAsync<NoUsableGrantException>(() => _scene.Access.CallAsync(link, Works, test.CancellationToken));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.OK, """{"access_level":30}""")]
    [DataRow(HttpStatusCode.NotFound, "")]
    [DataRow(HttpStatusCode.Forbidden, "")]
    public async Task Asks_for_a_sign_in_when_the_only_one_who_signed_in_is_no_Maintainer_any_more(HttpStatusCode status, string body)
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(AnnsRole, status, body);

        var check = await _scene.Access.CheckRolesAsync(link, userId: 1, test.CancellationToken);

        Assert.AreEqual(RoleCheck.Lost, check);
        var waiting = await StandingAsync(link);
        Assert.AreEqual(LinkState.NeedsSignIn, waiting.State);
        Assert.Contains("Maintainer", waiting.StateReason!);
        await Assert.ThrowsExactlyAsync<NoUsableGrantException>(() => _scene.Access.CallAsync(waiting, Works, test.CancellationToken));
        Assert.IsEmpty(_used, "The token still works; its user may not any more.");
    }

    [TestMethod]
    public async Task Goes_on_when_the_one_who_lost_the_role_has_it_again()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(AnnsRole, HttpStatusCode.NotFound);
        await _scene.Access.CheckRolesAsync(link, userId: 1, test.CancellationToken);
        _scene.Http.On(AnnsRole, """{"access_level":40}""");

        var check = await _scene.Access.CheckRolesAsync(await StandingAsync(link), userId: 1, test.CancellationToken);

        Assert.AreEqual(RoleCheck.Kept, check);
        var revived = await StandingAsync(link);
        Assert.AreEqual((LinkState.Active, null), (revived.State, revived.StateReason));
        Assert.AreEqual("ann", await _scene.Access.CallAsync(revived, Works, test.CancellationToken));
    }

    [TestMethod]
    public async Task Hands_the_link_to_another_grant_with_the_role_for_good()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        await _scene.SignInAsync(GitLabScene.Ben, 2, "ben", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(AnnsRole, """{"access_level":30}""");
        _scene.Http.On(BensRole, """{"access_level":50}""");

        var check = await _scene.Access.CheckRolesAsync(link, userId: 1, test.CancellationToken);

        Assert.AreEqual(RoleCheck.Kept, check);
        var standing = await StandingAsync(link);
        Assert.AreEqual((LinkState.Active, GitLabScene.Ben), (standing.State, standing.LinkedByAccountId));
        Assert.AreEqual("ben", await _scene.NewProcess().Access.CallAsync(standing, Works, test.CancellationToken));
    }

    [TestMethod]
    public async Task Asks_GitLab_nothing_about_people_who_never_signed_in()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);

        var check = await _scene.Access.CheckRolesAsync(link, userId: 99, test.CancellationToken);

        Assert.AreEqual(RoleCheck.NotOurs, check);
        Assert.IsEmpty(_scene.Http.Requests);
    }

    [TestMethod]
    public async Task Takes_no_role_away_while_GitLab_does_not_tell()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Http.On(AnnsRole, HttpStatusCode.TooManyRequests);

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.Access.CheckRolesAsync(link, userId: 1, test.CancellationToken));

        Assert.AreEqual(LinkState.Active, (await StandingAsync(link)).State);
    }

    private async Task<Link> StandingAsync(Link link) => (await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!;

    private Task<string> Works(GitLabAccess access, CancellationToken cancellationToken)
    {
        _used.Add(access.Token);
        return Task.FromResult(access.Token);
    }

    private Func<GitLabAccess, CancellationToken, Task<string>> Unless(string token, HttpStatusCode status) => (access, cancellationToken) =>
    {
        _used.Add(access.Token);
        return access.Token == token ? throw Failure(status) : Task.FromResult(access.Token);
    };

    private Func<GitLabAccess, CancellationToken, Task<string>> Only(string token) => (access, cancellationToken) =>
    {
        _used.Add(access.Token);
        return access.Token == token ? Task.FromResult(access.Token) : throw Failure(HttpStatusCode.Unauthorized);
    };

    private GitLabRequestException Failure(HttpStatusCode status)
    {
        using var response = StubHttp.Answer(status);
        return GitLabAnswers.Failure(response, _scene.Clock);
    }
}
