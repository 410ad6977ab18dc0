using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;

namespace GitLabJira.Functions.Tests.GitLab.Grants;

[TestClass]
public sealed class GrantTokensTests(TestContext test)
{
    private readonly GitLabScene _scene = new();

    [TestMethod]
    [DataRow(0, "a1")]
    [DataRow(89, "a1")]
    [DataRow(90, "a2")]
    [DataRow(300, "a2")]
    public async Task Refreshes_at_three_quarters_of_the_tokens_life(int minutes, string expected)
    {
        var grant = await SignInAsync();
        _scene.Http.On(GitLabScene.Token, GitLabScene.Pair("a2"));
        _scene.Clock.Advance(TimeSpan.FromMinutes(minutes));

        var usable = await _scene.Tokens.UsableAsync(grant, test.CancellationToken);

        Assert.AreEqual(expected, usable!.AccessToken);
        Assert.AreEqual(expected, (await RowAsync()).AccessToken);
    }

    [TestMethod]
    public async Task Refreshes_once_for_two_processes_that_meet_a_401()
    {
        var grant = await SignInAsync();
        var other = _scene.NewProcess();
        var release = new TaskCompletionSource();
        Grant? second = null;
        _scene.Http.On(GitLabScene.Token, request =>
        {
            release.SetResult();
            return StubHttp.Answer(HttpStatusCode.OK, GitLabScene.Pair("a2"));
        });

        var first = await _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);
        await release.Task;
        second = await other.Tokens.AfterRefusalAsync(grant, test.CancellationToken);

        Assert.AreEqual("a2", first!.AccessToken);
        Assert.AreEqual("a2", second!.AccessToken);
        Assert.HasCount(1, _scene.Http.Requests);
    }

    [TestMethod]
    public async Task Waits_for_whoever_refreshes_when_its_own_token_was_refused()
    {
        var grant = await SignInAsync();
        await _scene.Store.TryWriteAsync(await RowAsync() with { RefreshingUntil = _scene.Clock.GetUtcNow().AddSeconds(60) }, test.CancellationToken);

        var waiting = _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);
        await _scene.Store.TryWriteAsync(GrantTokens.With(await RowAsync(), new TokenPair("a2", "refresh-a2", TimeSpan.FromHours(2)), _scene.Clock.GetUtcNow()), test.CancellationToken);

        while (!waiting.IsCompleted)
        {
            _scene.Clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        Assert.AreEqual("a2", (await waiting)!.AccessToken);
        Assert.IsEmpty(_scene.Http.Requests);
    }

    [TestMethod]
    public async Task Goes_on_with_the_old_token_while_somebody_else_refreshes_early()
    {
        var grant = await SignInAsync();
        _scene.Clock.Advance(TimeSpan.FromMinutes(95));
        await _scene.Store.TryWriteAsync(await RowAsync() with { RefreshingUntil = _scene.Clock.GetUtcNow().AddSeconds(60) }, test.CancellationToken);

        var usable = await _scene.Tokens.UsableAsync(grant, test.CancellationToken);

        Assert.AreEqual("a1", usable!.AccessToken);
        Assert.IsEmpty(_scene.Http.Requests);
    }

    [TestMethod]
    public async Task Takes_over_from_a_refresher_that_died()
    {
        var grant = await SignInAsync();
        await _scene.Store.TryWriteAsync(await RowAsync() with { RefreshingUntil = _scene.Clock.GetUtcNow().AddSeconds(60) }, test.CancellationToken);
        _scene.Clock.Advance(TimeSpan.FromSeconds(61));
        _scene.Http.On(GitLabScene.Token, GitLabScene.Pair("a2"));

        var usable = await _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);

        Assert.AreEqual("a2", usable!.AccessToken);
    }

    [TestMethod]
    public async Task Never_drops_a_new_pair_because_somebody_wrote_the_row_meanwhile()
    {
        var grant = await SignInAsync();
        _scene.Http.On(GitLabScene.Token, request =>
        {
            // Sign-out marks the row between the claim and the store.
            var row = RowAsync().GetAwaiter().GetResult();
            _ = _scene.Store.TryWriteAsync(row with { SignedOut = true }, test.CancellationToken).GetAwaiter().GetResult();
            return StubHttp.Answer(HttpStatusCode.OK, GitLabScene.Pair("a2"));
        });

        var usable = await _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);

        var stored = await RowAsync();
        Assert.AreEqual("a2", usable!.AccessToken);
        Assert.AreEqual("a2", stored.AccessToken);
        Assert.IsTrue(stored.SignedOut);
        Assert.IsNull(stored.RefreshingUntil);
    }

    [TestMethod]
    public async Task Leaves_a_newer_sign_in_alone_and_revokes_its_own_pair()
    {
        var grant = await SignInAsync();
        _scene.Http.On(GitLabScene.Token, request =>
        {
            _ = _scene.SignInAsync(GitLabScene.Ann, 1, "signed-in-again", test.CancellationToken).GetAwaiter().GetResult();
            return StubHttp.Answer(HttpStatusCode.OK, GitLabScene.Pair("a2"));
        });
        _scene.Http.On(GitLabScene.Revoke, "{}");

        var usable = await _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);

        Assert.AreEqual("signed-in-again", usable!.AccessToken);
        Assert.AreEqual("signed-in-again", (await RowAsync()).AccessToken);
        Assert.Contains("token=a2", _scene.Http.Requests[^1].Body!);
    }

    [TestMethod]
    public async Task Revokes_the_new_pair_of_a_grant_that_was_taken_back_meanwhile()
    {
        var grant = await SignInAsync();
        _scene.Http.On(GitLabScene.Token, request =>
        {
            _ = _scene.Store.TryDeleteAsync(RowAsync().GetAwaiter().GetResult(), test.CancellationToken).GetAwaiter().GetResult();
            return StubHttp.Answer(HttpStatusCode.OK, GitLabScene.Pair("a2"));
        });
        _scene.Http.On(GitLabScene.Revoke, "{}");

        var usable = await _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);

        Assert.IsNull(usable);
        Assert.IsEmpty(_scene.Tables.Keys("Grants"));
        _scene.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Tries_the_same_token_again_before_it_gives_a_grant_up()
    {
        var grant = await SignInAsync();
        _scene.Clock.Advance(TimeSpan.FromHours(3));

        foreach (var seconds in new[] { 5, 30, 300 })
        {
            _scene.Http.On(GitLabScene.Token, HttpStatusCode.BadRequest, GitLabScene.InvalidGrant);
            var refused = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.Tokens.UsableAsync(grant, test.CancellationToken));
            var asked = _scene.Http.Requests.Count;

            // Until then nobody asks again.
            var early = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.NewProcess().Tokens.UsableAsync(grant, test.CancellationToken));

            Assert.AreEqual(GitLabFailure.Unavailable, refused.Failure);
            Assert.AreEqual(TimeSpan.FromSeconds(seconds), refused.RetryAfter);
            Assert.AreEqual(TimeSpan.FromSeconds(seconds), early.RetryAfter);
            Assert.HasCount(asked, _scene.Http.Requests);
            Assert.IsFalse((await RowAsync()).Dead);
            _scene.Clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        _scene.Http.On(GitLabScene.Token, HttpStatusCode.BadRequest, GitLabScene.InvalidGrant);
        var last = await _scene.Tokens.UsableAsync(grant, test.CancellationToken);

        Assert.IsNull(last);
        Assert.IsTrue((await RowAsync()).Dead);
        Assert.IsTrue(_scene.Http.Requests.All(request => request.Body!.Contains("refresh_token=refresh-a1", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Recovers_when_the_refusal_was_a_passing_one()
    {
        var grant = await SignInAsync();
        _scene.Http.On(GitLabScene.Token, HttpStatusCode.BadRequest, GitLabScene.InvalidGrant);
        _scene.Http.On(GitLabScene.Token, GitLabScene.Pair("a2"));
        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken));
        _scene.Clock.Advance(TimeSpan.FromSeconds(5));

        var usable = await _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);
        await _scene.Tokens.WorkedAsync(usable!, test.CancellationToken);

        Assert.AreEqual("a2", usable!.AccessToken);
        Assert.AreEqual(0, (await RowAsync()).Refusals);
    }

    [TestMethod]
    public async Task Takes_the_token_that_another_process_got_while_its_own_was_refused()
    {
        var grant = await SignInAsync();
        _scene.Http.On(GitLabScene.Token, request =>
        {
            var row = RowAsync().GetAwaiter().GetResult();
            _ = _scene.Store.TryWriteAsync(GrantTokens.With(row, new TokenPair("theirs", "r", TimeSpan.FromHours(2)), _scene.Clock.GetUtcNow()), test.CancellationToken).GetAwaiter().GetResult();
            return StubHttp.Answer(HttpStatusCode.BadRequest, GitLabScene.InvalidGrant);
        });

        var usable = await _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);

        Assert.AreEqual("theirs", usable!.AccessToken);
        Assert.AreEqual(0, (await RowAsync()).Refusals);
    }

    [TestMethod]
    public async Task Keeps_using_the_old_token_when_GitLab_stumbles_over_an_early_refresh()
    {
        var grant = await SignInAsync();
        _scene.Clock.Advance(TimeSpan.FromMinutes(100));
        _scene.Http.On(GitLabScene.Token, HttpStatusCode.BadGateway);

        var usable = await _scene.Tokens.UsableAsync(grant, test.CancellationToken);

        Assert.AreEqual("a1", usable!.AccessToken);
        Assert.IsNull((await RowAsync()).RefreshingUntil);
    }

    [TestMethod]
    public async Task Dies_after_a_fresh_token_was_refused_again_and_again()
    {
        var grant = await SignInAsync();
        TimeSpan? wait = TimeSpan.Zero;

        for (var attempt = 0; attempt < 4; attempt++)
        {
            _scene.Clock.Advance(wait!.Value);
            wait = await _scene.Tokens.RefusedTwiceAsync(await RowAsync(), test.CancellationToken);
        }

        Assert.IsNull(wait);
        Assert.IsTrue((await RowAsync()).Dead);
    }

    [TestMethod]
    public async Task Logs_no_token()
    {
        var grant = await SignInAsync();
        _scene.Http.On(GitLabScene.Token, GitLabScene.Pair("a2-secret"));

        await _scene.Tokens.AfterRefusalAsync(grant, test.CancellationToken);

        var text = string.Join('\n', _scene.Logs.GetSnapshot().Select(record => record.Message));
        Assert.Contains("Refreshed", text);
        Assert.DoesNotContain("a2-secret", text);
        Assert.DoesNotContain("a2-secret", $"{grant} {await RowAsync()}");
    }

    private Task<Grant> SignInAsync() => _scene.SignInAsync(GitLabScene.Ann, 1, "a1", test.CancellationToken);

    private async Task<Grant> RowAsync() => (await _scene.Store.FindAsync(GitLabScene.ClientKey, KnownInstances.Host, GitLabScene.Ann, test.CancellationToken))!;
}
