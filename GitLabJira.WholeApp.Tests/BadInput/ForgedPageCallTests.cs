using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.Jira.Signing;

namespace GitLabJira.WholeApp.Tests.BadInput;

/// <summary>The page's calls take a context token of a site's user and nothing else; the page itself takes a token for its very address (design 6.9 and 6.10).</summary>
[TestClass]
public sealed class ForgedPageCallTests(TestContext test)
{
    private static readonly string AnyLink = $"configuration/links/{Guid.NewGuid()}";

    private static readonly (HttpMethod Method, string Path, string? Body)[] Calls =
    [
        (HttpMethod.Get, "configuration/sign-in", null),
        (HttpMethod.Post, "configuration/sign-in", null),
        (HttpMethod.Delete, "configuration/sign-in", null),
        (HttpMethod.Post, "configuration/sign-in/redeem", """{"code":"canary-code","state":"canary-state"}"""),
        (HttpMethod.Get, "configuration/groups?search=acme", null),
        (HttpMethod.Get, "configuration/links", null),
        (HttpMethod.Post, "configuration/links", """{"groupId":1}"""),
        (HttpMethod.Post, "configuration/links/move", null),
        (HttpMethod.Delete, AnyLink, null),
        (HttpMethod.Get, $"{AnyLink}/settings", null),
        (HttpMethod.Get, $"{AnyLink}/runs", null),
        (HttpMethod.Post, $"{AnyLink}/sync", "{}"),
        (HttpMethod.Put, $"{AnyLink}/settings", """{"showDrafts":true}"""),
    ];

    /// <summary>Each gets the app and the address that is called.</summary>
    private static readonly Dictionary<string, Func<GuardedApp, HttpMethod, Uri, string?>> Tokens = new(StringComparer.Ordinal)
    {
        ["none"] = (_, _, _) => null,
        ["no token at all"] = (_, _, _) => "this-is-no-token",
        ["expired"] = (app, _, _) => Context(app, claims => claims["exp"] = Now(app) - 10),
        ["without an end"] = (app, _, _) => Context(app, claims => claims.Remove("exp")),
        ["not valid yet"] = (app, _, _) => Context(app, claims => claims["nbf"] = Now(app) + 60),
        ["signed with a foreign secret"] = (app, _, _) => app.Site.Tokens.Context(Admin(app), signature: TokenSignature.ForeignSecret),
        ["unsigned"] = (app, _, _) => app.Site.Tokens.Context(Admin(app), signature: TokenSignature.None),
        ["signed with Atlassian's install key"] = (app, _, _) => app.Site.KeyHost.Sign(Claims(Context(app))),
        ["signed with the secret of another site"] = (app, _, _) => ConnectToken.SignHs256(Claims(Context(app)), app.OtherSite.App!.SharedSecret),
        ["of another site under this one's name"] = (app, _, _) => app.OtherSite.Tokens.Context(Admin(app), claims => claims["iss"] = app.Site.App!.ClientKey),
        ["of a site that nobody knows"] = (app, _, _) => Context(app, claims => claims["iss"] = Guid.NewGuid().ToString()),
        ["of no site"] = (app, _, _) => Context(app, claims => claims.Remove("iss")),
        ["for another audience"] = (app, _, _) => Context(app, claims => claims["aud"] = "another-app"),
        ["of nobody"] = (app, _, _) => app.Site.ContextToken(null),
        ["of an empty account"] = (app, _, _) => app.Site.ContextToken(""),
        ["made for this very address"] = (app, method, url) => app.Site.Tokens.ForRequest(method.Method, url, Admin(app)),
        ["of the framed page's address"] = (app, _, _) => PageToken(app),
        ["without a hash"] = (app, _, _) => Context(app, claims => claims.Remove("qsh")),
        ["of 9 kB"] = (app, _, _) => Context(app, claims => claims["padding"] = new string('x', 9_000)),
    };

    private static readonly Dictionary<string, Func<GuardedApp, Uri>> Pages = new(StringComparer.Ordinal)
    {
        ["without a token"] = app => Without(Page(app)),
        ["with a context token"] = app => With(Page(app), Context(app)),
        ["with an expired token"] = app => Page(app, claims => claims["exp"] = Now(app) - 10),
        ["with a foreign signature"] = app => app.Site.Tokens.PageUrl("gitlab-configuration", Admin(app), signature: TokenSignature.ForeignSecret),
        ["without a signature"] = app => app.Site.Tokens.PageUrl("gitlab-configuration", Admin(app), signature: TokenSignature.None),
        ["of a site that nobody knows"] = app => Page(app, claims => claims["iss"] = Guid.NewGuid().ToString()),
        ["with the token of another address"] = app => With(Page(app), app.Site.Tokens.ForRequest("GET", app.Url("configuration/links"), Admin(app))),
        ["with the token of another method"] = app => With(Page(app), app.Site.Tokens.ForRequest("POST", Without(Page(app)), Admin(app))),
        ["with a parameter that was added"] = app => new Uri($"{Page(app).AbsoluteUri}&xdm_e=https%3A%2F%2Fevil.example"),
        ["with a parameter that was altered"] = app => new Uri(Page(app).AbsoluteUri.Replace("xdm_c=channel", "xdm_c=another", StringComparison.Ordinal)),
        ["with two tokens"] = app => new Uri($"{Page(app).AbsoluteUri}&jwt={PageToken(app)}"),
    };

    private static readonly Dictionary<string, (HttpMethod Method, string Path, string? Body, int Status, string Reason, string? Field)> BadRequests = new(StringComparer.Ordinal)
    {
        ["an empty link request"] = (HttpMethod.Post, "configuration/links", "", 400, "malformed_body", null),
        ["a link request that is no JSON"] = (HttpMethod.Post, "configuration/links", "{canary-body", 400, "malformed_body", null),
        ["a link request that is a list"] = (HttpMethod.Post, "configuration/links", "[1]", 400, "malformed_body", null),
        ["a link request that is null"] = (HttpMethod.Post, "configuration/links", "null", 400, "malformed_body", null),
        ["no group"] = (HttpMethod.Post, "configuration/links", "{}", 422, "bad_field", "groupId"),
        ["a group as text"] = (HttpMethod.Post, "configuration/links", """{"groupId":"canary-group"}""", 422, "bad_field", "groupId"),
        ["a group below zero"] = (HttpMethod.Post, "configuration/links", """{"groupId":-1}""", 422, "bad_field", "groupId"),
        ["half a group"] = (HttpMethod.Post, "configuration/links", """{"groupId":1.5}""", 422, "bad_field", "groupId"),
        ["a group beyond all numbers"] = (HttpMethod.Post, "configuration/links", """{"groupId":1e300}""", 422, "bad_field", "groupId"),
        ["a group that nobody knows"] = (HttpMethod.Post, "configuration/links", """{"groupId":987654321}""", 404, "group_not_found", null),
        ["an empty redemption"] = (HttpMethod.Post, "configuration/sign-in/redeem", "", 400, "malformed_body", null),
        ["a redemption that is no JSON"] = (HttpMethod.Post, "configuration/sign-in/redeem", "canary-body", 400, "malformed_body", null),
        ["a redemption with half a character"] = (HttpMethod.Post, "configuration/sign-in/redeem", """{"code":"canary-code","state":"\ud800"}""", 400, "malformed_body", null),
        ["a redemption without a code"] = (HttpMethod.Post, "configuration/sign-in/redeem", """{"state":"canary-state"}""", 422, "bad_field", "code"),
        ["a redemption without a state"] = (HttpMethod.Post, "configuration/sign-in/redeem", """{"code":"canary-code"}""", 422, "bad_field", "state"),
        ["a redemption of a state that nobody began"] = (HttpMethod.Post, "configuration/sign-in/redeem", """{"code":"canary-code","state":"canary-state"}""", 409, "sign_in_expired", null),
        ["a redemption with a state of odd characters"] = (HttpMethod.Post, "configuration/sign-in/redeem", """{"code":"canary-code","state":"../!/\u0000#?"}""", 409, "sign_in_expired", null),
        ["page zero"] = (HttpMethod.Get, "configuration/groups?page=0", null, 422, "bad_field", "page"),
        ["page canary"] = (HttpMethod.Get, "configuration/groups?page=canary-page", null, 422, "bad_field", "page"),
        ["a page beyond all numbers"] = (HttpMethod.Get, "configuration/groups?page=99999999999", null, 422, "bad_field", "page"),
        ["a very long search"] = (HttpMethod.Get, $"configuration/groups?search={new string('x', 300)}", null, 422, "bad_field", "search"),
        ["the settings of what is not linked"] = (HttpMethod.Get, $"{AnyLink}/settings", null, 404, "link_not_found", null),
        ["a change of settings of what is not linked"] = (HttpMethod.Put, $"{AnyLink}/settings", "{}", 404, "link_not_found", null),
        ["settings that are no JSON"] = (HttpMethod.Put, $"{AnyLink}/settings", "{canary-body", 400, "malformed_body", null),
        ["settings with a field that nobody knows"] = (HttpMethod.Put, $"{AnyLink}/settings", """{"canary-field":1}""", 422, "bad_field", "an unnamed field"),
        ["settings of an unknown kind"] = (HttpMethod.Put, $"{AnyLink}/settings", """{"kinds":["canary"]}""", 422, "bad_field", "kinds[0]"),
        ["the runs of what is not linked"] = (HttpMethod.Get, $"{AnyLink}/runs", null, 404, "link_not_found", null),
        ["a sync of what is not linked"] = (HttpMethod.Post, $"{AnyLink}/sync", "{}", 404, "link_not_found", null),
        ["an empty sync request"] = (HttpMethod.Post, $"{AnyLink}/sync", "", 400, "malformed_body", null),
        ["a sync of a project without a path"] = (HttpMethod.Post, $"{AnyLink}/sync", """{"project":"canary"}""", 422, "bad_field", "project"),
        ["a sync of an endless window"] = (HttpMethod.Post, $"{AnyLink}/sync", """{"window":1e9}""", 422, "bad_field", "window"),
        ["a link with settings that nobody knows"] = (HttpMethod.Post, "configuration/links", """{"groupId":1,"settings":{"canary-field":1}}""", 422, "bad_field", "settings.an unnamed field"),
        ["an unlink of what is not linked"] = (HttpMethod.Delete, AnyLink, null, 404, "link_not_found", null),
    };

    public static IEnumerable<object[]> TokenNames => Tokens.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> PageNames => Pages.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> RequestNames => BadRequests.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(TokenNames))]
    public async Task No_call_takes_a_token(string name)
    {
        var app = await GuardedApp.SharedAsync();

        foreach (var (method, path, body) in Calls)
        {
            var answer = await CallAsync(app, method, path, body, Tokens[name](app, method, app.Url(path)));

            answer.AssertProblem(401, "unauthorized");
        }

        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    public async Task No_call_takes_two_tokens_or_one_under_another_scheme()
    {
        var app = await GuardedApp.SharedAsync();

        foreach (var (method, path, body) in Calls)
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            (await CallAsync(app, method, $"{path}{separator}jwt={Context(app)}", body, Context(app))).AssertProblem(401, "unauthorized");
            (await CallAsync(app, method, path, body, Context(app), scheme: "Bearer")).AssertProblem(401, "unauthorized");
        }

        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    public async Task Who_administers_Jira_but_not_the_site_is_told_what_it_takes()
    {
        var app = await GuardedApp.SharedAsync();

        foreach (var account in new[] { app.Site.Users.JiraAdmin.AccountId, app.Site.Users.Plain.AccountId })
        {
            // Linking asks for a sign-in first, which these two have not done.
            foreach (var (method, path, body) in Calls.Where(call => !(call.Method == HttpMethod.Post && call.Path == "configuration/links")))
            {
                var answer = await CallAsync(app, method, path, body, app.Site.ContextToken(account));

                answer.AssertProblem(403, "not_site_admin");
                Assert.Contains("site-admins, org-admins", answer.Text);
            }
        }

        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    public async Task An_account_that_the_site_does_not_know_is_refused()
    {
        var app = await GuardedApp.SharedAsync();

        var answer = await CallAsync(app, HttpMethod.Get, "configuration/links", null, app.Site.ContextToken("somebody-from-elsewhere"));

        answer.AssertProblem(403, "jira_user_unknown");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    public async Task Nobody_sees_or_unlinks_a_link_of_another_site()
    {
        var app = await GuardedApp.SharedAsync();
        var stranger = app.OtherSite.ContextToken(app.OtherSite.Users.SiteAdmin.AccountId);

        var seen = await CallAsync(app, HttpMethod.Get, "configuration/links", null, stranger);
        var unlinked = await CallAsync(app, HttpMethod.Delete, $"configuration/links/{app.LinkId}", null, stranger);

        Assert.AreEqual(200, seen.Status);
        Assert.IsEmpty(JsonNode.Parse(seen.Text)!["links"]!.AsArray());
        unlinked.AssertProblem(404, "link_not_found");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DynamicData(nameof(RequestNames))]
    public async Task Names_what_is_wrong_with_a_request(string name)
    {
        var app = await GuardedApp.SharedAsync();
        var (method, path, body, status, reason, field) = BadRequests[name];

        var answer = await CallAsync(app, method, path, body, Context(app));

        answer.AssertProblem(status, reason, field);
        Assert.DoesNotContain("canary", answer.Text);
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow("configuration/links", true)]
    [DataRow("configuration/links", false)]
    [DataRow("configuration/sign-in/redeem", true)]
    [DataRow("configuration/sign-in/redeem", false)]
    public async Task A_body_of_26_MiB_is_refused_whether_it_says_its_length_or_not(string path, bool saysLength)
    {
        var app = await GuardedApp.SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Url(path)) { Content = Bodies.Large(26, saysLength) };
        request.Headers.Authorization = new AuthenticationHeaderValue("JWT", Context(app));

        var answer = await app.SendAsync(request, [], test.CancellationToken);

        answer.AssertProblem(413, "body_too_large");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DynamicData(nameof(PageNames))]
    public async Task The_page_does_not_open(string name)
    {
        var app = await GuardedApp.SharedAsync();
        var address = Pages[name](app);
        using var request = new HttpRequestMessage(HttpMethod.Get, app.Url(address.PathAndQuery));

        var answer = await app.SendAsync(request, Jwt(address) is { } token ? [token] : [], test.CancellationToken);

        answer.AssertProblem(401, "unauthorized");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    public async Task The_page_opens_with_the_token_of_its_address_and_names_only_its_own_site()
    {
        var app = await GuardedApp.SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, app.Url(Page(app).PathAndQuery));

        var answer = await app.SendAsync(request, [PageToken(app)], test.CancellationToken);

        Assert.AreEqual(200, answer.Status);
        Assert.AreEqual("text/html", answer.Type?.MediaType);
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow("configuration/assets/configuration.html")]
    [DataRow("configuration/assets/..%2F..%2Fhost.json")]
    [DataRow("configuration/assets/host.json")]
    [DataRow("configuration/links/not-a-guid")]
    [DataRow("nothing/here")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        var app = await GuardedApp.SharedAsync();

        var answer = await CallAsync(app, HttpMethod.Get, path, null, Context(app));

        Assert.IsTrue(answer.Status is 404 or 405, $"{answer.Status} {answer.Text}");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    private async Task<Answer> CallAsync(GuardedApp app, HttpMethod method, string path, string? body, string? token, string scheme = "JWT")
    {
        using var request = new HttpRequestMessage(method, app.Url(path)) { Content = body is null ? null : Bodies.Json(body) };

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        }

        return await app.SendAsync(request, token is null ? [] : [token], test.CancellationToken);
    }

    private static string Admin(GuardedApp app) => app.Site.Users.SiteAdmin.AccountId;

    private static long Now(GuardedApp app) => app.World.Clock.GetUtcNow().ToUnixTimeSeconds();

    private static string Context(GuardedApp app, Action<JsonObject>? change = null) => app.Site.Tokens.Context(Admin(app), change);

    private static JsonObject Claims(string token) => JsonNode.Parse(ConnectToken.TryRead(token)!.Claims.GetRawText())!.AsObject();

    private static Uri Page(GuardedApp app, Action<JsonObject>? change = null) => app.Site.Tokens.PageUrl("gitlab-configuration", Admin(app), change: change);

    private static string PageToken(GuardedApp app) => Jwt(Page(app))!;

    private static string? Jwt(Uri address) => System.Web.HttpUtility.ParseQueryString(address.Query)["jwt"];

    private static Uri Without(Uri address) => new(address.AbsoluteUri[..address.AbsoluteUri.IndexOf("&jwt=", StringComparison.Ordinal)]);

    private static Uri With(Uri address, string token) => new($"{Without(address).AbsoluteUri}&jwt={token}");
}
