using System.Net;
using GitLabJira.Functions.Configuration;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.Functions.Tests.Configuration;

/// <summary>Signing in to GitLab, as design 8 has it.</summary>
[TestClass]
public sealed class SignInTests(TestContext test)
{
    private const string User = $"GET {GitLabScene.Api}user";

    private readonly PageScene _scene = new();

    [TestMethod]
    public async Task Begins_with_a_sealed_verifier_whose_challenge_goes_to_GitLab()
    {
        var answer = await _scene.StartSignInAsync();

        var query = QueryHelpers.ParseQuery(new Uri(answer.Json["authorizeUrl"]!.GetValue<string>()).Query);
        var state = answer.Json["state"]!.GetValue<string>();
        var signIn = await _scene.GitLab.SignIns.FindAsync(GitLabScene.ClientKey, state, test.CancellationToken);
        Assert.AreEqual("sign_in_started", answer.Reason);
        Assert.AreEqual(state, query["state"].ToString());
        Assert.AreEqual(Pkce.Challenge(signIn!.Verifier), query["code_challenge"].ToString());
        Assert.AreEqual(GitLabScene.Ann, signIn.AccountId);
        Assert.DoesNotContain(signIn.Verifier, _scene.GitLab.Tables.Rows("SignIns").Single().ToJsonString());
        Assert.DoesNotContain(signIn.Verifier, answer.Text);
    }

    [TestMethod]
    public async Task Begins_only_for_a_site_admin()
    {
        _scene.Verdict = SiteAdminVerdict.NotAdmin;

        var answer = await _scene.StartSignInAsync();

        Assert.AreEqual(403, answer.Status);
        Assert.IsEmpty(_scene.GitLab.Tables.Keys("SignIns"));
    }

    [TestMethod]
    public async Task Keeps_the_grant_of_whoever_began_and_came_back()
    {
        var state = await BegunAsync();
        var verifier = (await _scene.GitLab.SignIns.FindAsync(GitLabScene.ClientKey, state, test.CancellationToken))!.Verifier;
        _scene.GitLab.Http.On(GitLabScene.Token, GitLabScene.Pair("a1"));
        _scene.GitLab.Http.On(User, """{"id":7,"username":"ann","web_url":"https://gitlab.test/ann"}""");

        var answer = await RedeemAsync(state);

        var grant = await GrantAsync();
        Assert.AreEqual(200, answer.Status);
        Assert.AreEqual("signed_in", answer.Reason);
        Assert.AreEqual("ann", answer.Json["user"]!["username"]!.GetValue<string>());
        Assert.AreEqual("a1", grant!.AccessToken);
        Assert.AreEqual(7, grant.UserId);
        Assert.Contains($"code_verifier={verifier}", _scene.GitLab.Http.Requests[0].Body!);
        Assert.DoesNotContain("a1", answer.Text);
        Assert.IsEmpty(_scene.GitLab.Tables.Keys("SignIns"));
    }

    [TestMethod]
    public async Task Hands_over_no_grant_of_a_victim_that_finished_a_strangers_address()
    {
        // The stranger begins, the victim consents at GitLab; the victim's page, if anything, holds code and state.
        var state = await BegunAsync();
        _scene.User = _scene.User! with { AccountId = GitLabScene.Ben };

        var answer = await RedeemAsync(state);

        Assert.AreEqual(403, answer.Status);
        Assert.AreEqual("sign_in_of_someone_else", answer.Reason);
        Assert.IsEmpty(_scene.GitLab.Tables.Keys("Grants"));
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
        Assert.HasCount(1, _scene.GitLab.Tables.Keys("SignIns"), "others must not be able to use it up");
    }

    [TestMethod]
    public async Task Stores_nothing_and_shows_nothing_when_GitLab_sends_the_popup_back()
    {
        await BegunAsync();
        var before = _scene.GitLab.Tables.Rows("SignIns").Single().ToJsonString();

        var answer = await PageScene.AnswerAsync(
            request => Task.FromResult(new ServeGitLabCallback().Run(request)), "GET", query: "?code=the-code&state=<script>alert(1)</script>");

        Assert.AreEqual(200, answer.Status);
        Assert.DoesNotContain("the-code", answer.Text);
        Assert.DoesNotContain("alert(1)", answer.Text);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.ContentSecurityPolicy.ToString());
        Assert.Contains("script-src 'self';", answer.Headers.ContentSecurityPolicy.ToString());
        Assert.IsFalse(answer.Headers.ContainsKey("Set-Cookie"));
        Assert.IsEmpty(_scene.GitLab.Tables.Keys("Grants"));
        Assert.AreEqual(before, _scene.GitLab.Tables.Rows("SignIns").Single().ToJsonString());
    }

    [TestMethod]
    public async Task Works_once()
    {
        var state = await BegunAsync();
        _scene.GitLab.Http.On(GitLabScene.Token, GitLabScene.Pair("a1"));
        _scene.GitLab.Http.On(User, """{"id":7,"username":"ann"}""");
        await RedeemAsync(state);

        var again = await RedeemAsync(state);

        Assert.AreEqual(409, again.Status);
        Assert.AreEqual("sign_in_expired", again.Reason);
    }

    [TestMethod]
    public async Task Works_once_for_two_at_the_same_time()
    {
        var state = await BegunAsync();
        PageAnswer? other = null;
        _scene.GitLab.Http.On(GitLabScene.Token, GitLabScene.Pair("a1"));
        _scene.GitLab.Http.On(User, """{"id":7,"username":"ann"}""");
        _scene.GitLab.Tables.BeforeWrite = write =>
        {
            _scene.GitLab.Tables.BeforeWrite = null;
            other = RedeemAsync(state).GetAwaiter().GetResult();
        };

        var answer = await RedeemAsync(state);

        Assert.AreEqual(200, other!.Status);
        Assert.AreEqual(409, answer.Status);
    }

    [TestMethod]
    public async Task Expires_after_ten_minutes()
    {
        var state = await BegunAsync();
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(10));

        var answer = await RedeemAsync(state);

        Assert.AreEqual(409, answer.Status);
        Assert.AreEqual("sign_in_expired", answer.Reason);
    }

    [TestMethod]
    public async Task Knows_no_state_of_another_site_or_epoch()
    {
        var state = await BegunAsync();
        _scene.User = _scene.User! with { Installation = PageScene.Site with { ClientKey = "site-2" } };
        var otherSite = await RedeemAsync(state);
        _scene.User = _scene.User with { Installation = PageScene.Site with { Epoch = 2 } };

        var otherEpoch = await RedeemAsync(state);

        Assert.AreEqual("sign_in_expired", otherSite.Reason);
        Assert.AreEqual("sign_in_expired", otherEpoch.Reason);
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.BadRequest, GitLabScene.InvalidGrant, 409, "code_refused")]
    [DataRow(HttpStatusCode.Unauthorized, """{"error":"invalid_client"}""", 502, "gitlab_refused")]
    [DataRow(HttpStatusCode.BadGateway, "", 503, "gitlab_unavailable")]
    public async Task Says_why_GitLab_did_not_take_the_code(HttpStatusCode status, string body, int expected, string reason)
    {
        var state = await BegunAsync();
        _scene.GitLab.Http.On(GitLabScene.Token, status, body);

        var answer = await RedeemAsync(state);

        Assert.AreEqual(expected, answer.Status);
        Assert.AreEqual(reason, answer.Reason);
        Assert.IsEmpty(_scene.GitLab.Tables.Keys("Grants"));
    }

    [TestMethod]
    public async Task Keeps_no_grant_of_a_user_whom_GitLab_does_not_name()
    {
        var state = await BegunAsync();
        _scene.GitLab.Http.On(GitLabScene.Token, GitLabScene.Pair("a1"));
        _scene.GitLab.Http.On(User, """{"username":null}""");

        var answer = await RedeemAsync(state);

        Assert.AreEqual(502, answer.Status);
        Assert.AreEqual("gitlab_user_unknown", answer.Reason);
        Assert.IsEmpty(_scene.GitLab.Tables.Keys("Grants"));
    }

    [TestMethod]
    public async Task Asks_again_who_it_is_when_a_replica_does_not_know_the_token_yet()
    {
        var state = await BegunAsync();
        _scene.GitLab.Http.On(GitLabScene.Token, GitLabScene.Pair("a1"));
        _scene.GitLab.Http.On(User, HttpStatusCode.Unauthorized);
        _scene.GitLab.Http.On(User, """{"id":7,"username":"ann"}""");

        var redeeming = RedeemAsync(state);

        while (!redeeming.IsCompleted)
        {
            _scene.GitLab.Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        Assert.AreEqual(200, (await redeeming).Status);
    }

    [TestMethod]
    [DataRow("""{"state":"s"}""", "code")]
    [DataRow("""{"code":"","state":"s"}""", "code")]
    [DataRow("""{"code":"c"}""", "state")]
    public async Task Names_the_field_that_is_missing(string body, string field)
    {
        var answer = await _scene.RedeemAsync(body);

        Assert.AreEqual(422, answer.Status);
        Assert.AreEqual(field, answer.Json["field"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Revives_links_that_waited_for_a_sign_in_where_the_user_has_the_role()
    {
        var mine = await WaitingLinkAsync("mine", 5);
        var theirs = await WaitingLinkAsync("theirs", 6);
        var state = await BegunAsync();
        _scene.GitLab.Http.On(GitLabScene.Token, GitLabScene.Pair("a1"));
        _scene.GitLab.Http.On(User, """{"id":7,"username":"ann"}""");
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/5/members/all/7", """{"access_level":50}""");
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/6/members/all/7", HttpStatusCode.NotFound);

        await RedeemAsync(state);

        Assert.AreEqual(LinkState.Active, (await _scene.GitLab.Links.GetAsync(mine.ClientKey, mine.Id, test.CancellationToken))!.State);
        Assert.AreEqual(LinkState.NeedsSignIn, (await _scene.GitLab.Links.GetAsync(theirs.ClientKey, theirs.Id, test.CancellationToken))!.State);
    }

    [TestMethod]
    public async Task Tells_who_is_signed_in_until_they_leave()
    {
        var before = await _scene.SignInStatusAsync();
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        await _scene.GitLab.LinkAsync(test.CancellationToken);
        var during = await _scene.SignInStatusAsync();
        var left = await _scene.SignOutAsync();

        var after = await _scene.SignInStatusAsync();

        Assert.AreEqual("not_signed_in", before.Reason);
        Assert.AreEqual("signed_in", during.Reason);
        Assert.AreEqual("https://gitlab.test/user1", during.Json["user"]!["webUrl"]!.GetValue<string>());
        Assert.AreEqual("signed_out", left.Reason);
        Assert.AreEqual("not_signed_in", after.Reason);
    }

    [TestMethod]
    public async Task Logs_no_code_token_or_name()
    {
        await Keeps_the_grant_of_whoever_began_and_came_back();

        var text = string.Join('\n', _scene.GitLab.Logs.GetSnapshot().Select(record => record.Message));
        Assert.Contains("signed in", text);

        foreach (var hidden in new[] { "the-code", "a1", "ann" })
        {
            Assert.DoesNotContain(hidden, text);
        }
    }

    private async Task<string> BegunAsync() => (await _scene.StartSignInAsync()).Json["state"]!.GetValue<string>();

    private Task<PageAnswer> RedeemAsync(string state) => _scene.RedeemAsync($$"""{"code":"the-code","state":"{{state}}"}""");

    private Task<Grant?> GrantAsync() => _scene.GitLab.Store.FindAsync(GitLabScene.ClientKey, KnownInstances.Host, GitLabScene.Ann, test.CancellationToken);

    private async Task<Link> WaitingLinkAsync(string path, long groupId)
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken, path, groupId);
        return (await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { State = LinkState.NeedsSignIn, StateReason = "why" }, test.CancellationToken))!;
    }
}
