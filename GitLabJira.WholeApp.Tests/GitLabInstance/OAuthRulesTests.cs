using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Faults;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class OAuthRulesTests
{
    private const string Verifier = "ks02i3jdikdo2k0dkfodf3m39rjfjsdk0wk349rj3jrhf";
    private const string RedirectUri = "http://127.0.0.1/callback";

    [TestMethod]
    public async Task Hands_a_token_pair_to_who_proves_the_code_challenge()
    {
        await using var instance = await InstanceForTests.StartAsync();

        var token = await PostAsync(instance, CodeForm(await CodeAsync(instance)));

        Assert.AreEqual(HttpStatusCode.OK, token.Status);
        Assert.AreEqual(64, ((string)token.Body["access_token"]!).Length);
        Assert.AreEqual(7200, (int)token.Body["expires_in"]!);
        using var client = new GitLabClientForTests(instance.Site, (string)token.Body["access_token"]!);
        Assert.AreEqual("dana", (string)(await client.ReadAsync("user"))["username"]!);
    }

    [TestMethod]
    [DataRow("code_verifier", "another-verifier-of-at-least-forty-three-characters")]
    [DataRow("redirect_uri", "http://127.0.0.1/callback/")]
    [DataRow("code", "0000")]
    public async Task Refuses_a_code_that_was_not_made_for_this_exchange(string field, string value)
    {
        await using var instance = await InstanceForTests.StartAsync();
        var form = CodeForm(await CodeAsync(instance));
        form[field] = value;

        var answer = await PostAsync(instance, form);

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.AreEqual("invalid_grant", (string)answer.Body["error"]!);
    }

    [TestMethod]
    public async Task Takes_a_code_once_and_for_ten_minutes()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var used = CodeForm(await CodeAsync(instance));
        var old = CodeForm(await CodeAsync(instance));
        await PostAsync(instance, used);

        var again = await PostAsync(instance, used);
        instance.Time.Advance(TimeSpan.FromMinutes(10));
        var late = await PostAsync(instance, old);

        Assert.AreEqual("invalid_grant", (string)again.Body["error"]!);
        Assert.AreEqual("invalid_grant", (string)late.Body["error"]!);
    }

    [TestMethod]
    public async Task Refuses_a_client_with_a_wrong_secret()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var form = CodeForm(await CodeAsync(instance));
        form["client_secret"] = "guessed";

        var answer = await PostAsync(instance, form);

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.Status);
        Assert.AreEqual("invalid_client", (string)answer.Body["error"]!);
    }

    [TestMethod]
    public async Task Ends_both_old_tokens_with_a_refresh()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var first = await PostAsync(instance, CodeForm(await CodeAsync(instance)));
        var refresh = RefreshForm((string)first.Body["refresh_token"]!);

        var second = await PostAsync(instance, refresh);
        var again = await PostAsync(instance, refresh);
        using var old = new GitLabClientForTests(instance.Site, (string)first.Body["access_token"]!);
        using var answer = await old.GetAsync("user");

        Assert.AreEqual(HttpStatusCode.OK, second.Status);
        Assert.AreEqual("invalid_grant", (string)again.Body["error"]!);
        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "Token was revoked");
    }

    [TestMethod]
    public async Task Lets_an_access_token_live_two_hours_and_its_refresh_token_longer()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var first = await PostAsync(instance, CodeForm(await CodeAsync(instance)));
        using var client = new GitLabClientForTests(instance.Site, (string)first.Body["access_token"]!);
        instance.Time.Advance(TimeSpan.FromHours(2));

        using var answer = await client.GetAsync("user");
        var second = await PostAsync(instance, RefreshForm((string)first.Body["refresh_token"]!));

        StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "Token is expired");
        Assert.AreEqual(HttpStatusCode.OK, second.Status);
    }

    [TestMethod]
    public async Task Fails_a_good_refresh_on_demand_without_using_the_token_up()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var first = await PostAsync(instance, CodeForm(await CodeAsync(instance)));
        instance.Site.Faults.Add(new Fault("/oauth/token", FaultKind.InvalidGrant) { Times = 1 });
        var refresh = RefreshForm((string)first.Body["refresh_token"]!);

        var failed = await PostAsync(instance, refresh);
        var second = await PostAsync(instance, refresh);

        Assert.AreEqual("invalid_grant", (string)failed.Body["error"]!);
        Assert.AreEqual(HttpStatusCode.OK, second.Status);
    }

    [TestMethod]
    public async Task Loses_the_answer_of_a_refresh_that_was_carried_out()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var first = await PostAsync(instance, CodeForm(await CodeAsync(instance)));
        instance.Site.Faults.Add(new Fault("/oauth/token", FaultKind.LoseAnswer) { Times = 1 });
        var refresh = RefreshForm((string)first.Body["refresh_token"]!);

        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => PostAsync(instance, refresh));
        var again = await PostAsync(instance, refresh);

        Assert.AreEqual("invalid_grant", (string)again.Body["error"]!);
    }

    [TestMethod]
    [DataRow("response_type", "token", "unsupported_response_type")]
    [DataRow("scope", "api sudo", "invalid_scope")]
    [DataRow("code_challenge", "", "invalid_request")]
    [DataRow("code_challenge_method", "plain", "invalid_code_challenge_method")]
    public async Task Tells_the_client_of_a_mistake_in_its_authorize_request(string field, string value, string error)
    {
        await using var instance = await InstanceForTests.StartAsync();

        var redirect = await instance.Site.AuthorizeAsync("dana", AuthorizeUrl(instance, (field, value)));

        var answer = QueryHelpers.ParseQuery(redirect.Query);
        Assert.AreEqual(error, answer["error"].ToString());
        Assert.AreEqual("state-1", answer["state"].ToString());
    }

    [TestMethod]
    [DataRow("client_id", "unknown")]
    [DataRow("redirect_uri", "http://127.0.0.1/callback?x=1")]
    public async Task Never_redirects_to_an_address_that_is_not_registered(string field, string value)
    {
        await using var instance = await InstanceForTests.StartAsync();

        await Assert.ThrowsExactlyAsync<GitLabRefusedException>(() => instance.Site.AuthorizeAsync("dana", AuthorizeUrl(instance, (field, value))));
    }

    [TestMethod]
    public async Task Revokes_a_pair_by_either_token()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var token = await PostAsync(instance, CodeForm(await CodeAsync(instance)));

        var revoked = await PostAsync(instance, new(StringComparer.Ordinal) { ["client_id"] = "app-id", ["client_secret"] = "app-secret", ["token"] = (string)token.Body["refresh_token"]! }, "oauth/revoke");

        Assert.AreEqual(HttpStatusCode.OK, revoked.Status);
        Assert.IsEmpty(instance.Site.OAuth.LiveTokens);
    }

    [TestMethod]
    [DataRow("read_api", "POST", HttpStatusCode.Forbidden)]
    [DataRow("read_user", "GET", HttpStatusCode.Forbidden)]
    [DataRow("read_api", "GET", HttpStatusCode.OK)]
    public async Task Holds_tokens_to_their_scopes(string scope, string method, HttpStatusCode expected)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("olivia", scope);

        using var answer = await client.SendAsync(new HttpMethod(method), $"projects/{instance.Checkout.Id}/hooks", method is "POST" ? new { url = "http://127.0.0.1:9/hook" } : null);

        Assert.AreEqual(expected, answer.StatusCode);

        if (expected is HttpStatusCode.Forbidden)
        {
            StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "insufficient_scope");
        }
    }

    [TestMethod]
    public async Task Locks_a_blocked_user_out()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("dana");
        instance.Site.SetBlocked("dana", blocked: true);

        var status = await client.StatusOfAsync("user");

        Assert.AreEqual(HttpStatusCode.Unauthorized, status);
    }

    private static Uri AuthorizeUrl(InstanceForTests instance, params ReadOnlySpan<(string Field, string Value)> changed)
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = "app-id",
            ["redirect_uri"] = RedirectUri,
            ["response_type"] = "code",
            ["state"] = "state-1",
            ["scope"] = "api",
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };

        foreach (var (field, value) in changed)
        {
            query[field] = value;
        }

        return new Uri(QueryHelpers.AddQueryString($"{instance.Site.BaseUrl}/oauth/authorize", query));
    }

    private static async Task<string> CodeAsync(InstanceForTests instance)
    {
        var redirect = await instance.Site.AuthorizeAsync("dana", AuthorizeUrl(instance));
        return QueryHelpers.ParseQuery(redirect.Query)["code"].ToString();
    }

    private static Dictionary<string, string> CodeForm(string code) => new(StringComparer.Ordinal)
    {
        ["client_id"] = "app-id",
        ["client_secret"] = "app-secret",
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = RedirectUri,
        ["code_verifier"] = Verifier,
    };

    private static Dictionary<string, string> RefreshForm(string refreshToken) => new(StringComparer.Ordinal)
    {
        ["client_id"] = "app-id",
        ["client_secret"] = "app-secret",
        ["grant_type"] = "refresh_token",
        ["refresh_token"] = refreshToken,
    };

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(InstanceForTests instance, Dictionary<string, string> form, string path = "oauth/token")
    {
        using var http = new HttpClient();
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri($"{instance.Site.BaseUrl}/{path}"), content);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>())!);
    }
}
