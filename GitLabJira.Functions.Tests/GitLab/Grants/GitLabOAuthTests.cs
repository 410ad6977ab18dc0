using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Instances;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.Functions.Tests.GitLab.Grants;

[TestClass]
public sealed class GitLabOAuthTests(TestContext test)
{
    private readonly GitLabScene _scene = new();
    private readonly GitLabInstance _instance = new(KnownInstances.Host, Tag: "", "application", "application-secret");

    [TestMethod]
    public void Sends_the_popup_to_GitLab_with_state_and_challenge()
    {
        var address = _scene.OAuth.AuthorizeAddress(_instance, "the-state", "the-challenge");

        var query = Parse(address.Query);
        Assert.AreEqual("https://gitlab.test/oauth/authorize", address.GetLeftPart(UriPartial.Path));
        Assert.AreEqual("application", query["client_id"]);
        Assert.AreEqual("https://app.test/gitlab/callback", query["redirect_uri"]);
        Assert.AreEqual("code", query["response_type"]);
        Assert.AreEqual("the-state", query["state"]);
        Assert.AreEqual("api", query["scope"]);
        Assert.AreEqual("the-challenge", query["code_challenge"]);
        Assert.AreEqual("S256", query["code_challenge_method"]);
        Assert.DoesNotContain("application-secret", address.AbsoluteUri);
    }

    [TestMethod]
    public async Task Exchanges_a_code_with_its_verifier()
    {
        _scene.Http.On(GitLabScene.Token, GitLabScene.Pair("a1"));

        var pair = await _scene.OAuth.ExchangeAsync(_instance, "the-code", "the-verifier", test.CancellationToken);

        var form = Form();
        Assert.AreEqual(TimeSpan.FromHours(2), pair.Life);
        Assert.AreEqual("a1", pair.AccessToken);
        Assert.AreEqual("authorization_code", form["grant_type"]);
        Assert.AreEqual("the-code", form["code"]);
        Assert.AreEqual("the-verifier", form["code_verifier"]);
        Assert.AreEqual("https://app.test/gitlab/callback", form["redirect_uri"]);
        Assert.AreEqual("application-secret", form["client_secret"]);
    }

    [TestMethod]
    public async Task Leaves_the_secret_out_for_a_public_application()
    {
        _scene.Http.On(GitLabScene.Token, """{"access_token":"a","refresh_token":"r"}""");

        var pair = await _scene.OAuth.RefreshAsync(_instance with { ApplicationSecret = null }, "old", test.CancellationToken);

        Assert.IsFalse(Form().ContainsKey("client_secret"));
        Assert.AreEqual("old", Form()["refresh_token"]);
        Assert.AreEqual(TimeSpan.FromHours(2), pair.Life);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.BadRequest, GitLabScene.InvalidGrant, GitLabFailure.Unauthorized)]
    [DataRow(HttpStatusCode.Unauthorized, GitLabScene.InvalidGrant, GitLabFailure.Unauthorized)]
    [DataRow(HttpStatusCode.Unauthorized, """{"error":"invalid_client"}""", GitLabFailure.Refused)]
    [DataRow(HttpStatusCode.BadRequest, "<html>", GitLabFailure.Refused)]
    [DataRow(HttpStatusCode.BadGateway, "", GitLabFailure.Unavailable)]
    [DataRow(HttpStatusCode.TooManyRequests, "Retry later", GitLabFailure.RateLimited)]
    [DataRow(HttpStatusCode.OK, """{"token_type":"Bearer"}""", GitLabFailure.Unavailable)]
    public async Task Tells_a_refused_grant_from_everything_else(HttpStatusCode status, string body, GitLabFailure expected)
    {
        _scene.Http.On(GitLabScene.Token, status, body);

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.OAuth.RefreshAsync(_instance, "old", test.CancellationToken));

        Assert.AreEqual(expected, exception.Failure);
    }

    private Dictionary<string, string> Form() => Parse(_scene.Http.Requests.Single().Body!);

    private static Dictionary<string, string> Parse(string query) =>
        QueryHelpers.ParseQuery(query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
}
