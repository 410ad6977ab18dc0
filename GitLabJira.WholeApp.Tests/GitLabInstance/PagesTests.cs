using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed partial class PagesTests
{
    private const string Authorize = "/oauth/authorize?client_id=app-id&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&response_type=code&state=st&scope=api&code_challenge=2i0WFA-0AerkjQm4X4oDEhqA17QIAKNjXpagHBXmO_U&code_challenge_method=S256";

    [TestMethod]
    public async Task Leads_through_sign_in_and_consent_back_to_the_client()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var browser = new Browser(instance.Site.BaseUrl);

        var toSignIn = await browser.GetAsync(Authorize);
        var signedIn = await browser.PostAsync(toSignIn.Location!, "/users/sign_in", ("username", "marcus"), ("return_to", Authorize));
        var consent = await browser.GetAsync(signedIn.Location!);
        var decided = await browser.PostAsync(Authorize, "/oauth/authorize", [.. QueryHelpers.ParseQuery(Authorize[Authorize.IndexOf('?')..]).Select(pair => (pair.Key, pair.Value.ToString())), ("decision", "authorize")]);

        StringAssert.StartsWith(toSignIn.Location, "/users/sign_in?return_to=");
        StringAssert.Contains(consent.Text, "GitLab for Jira");
        StringAssert.StartsWith(decided.Location, "http://127.0.0.1/callback?code=");
        StringAssert.EndsWith(decided.Location, "&state=st");
    }

    [TestMethod]
    public async Task Tells_the_client_that_the_person_denied()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var browser = new Browser(instance.Site.BaseUrl);
        await browser.SignInAsync("marcus");

        var decided = await browser.PostAsync(Authorize, "/oauth/authorize", [.. QueryHelpers.ParseQuery(Authorize[Authorize.IndexOf('?')..]).Select(pair => (pair.Key, pair.Value.ToString())), ("decision", "deny")]);

        StringAssert.Contains(decided.Location, "error=access_denied");
    }

    [TestMethod]
    public async Task Takes_no_form_that_it_did_not_hand_out()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var browser = new Browser(instance.Site.BaseUrl);
        await browser.SignInAsync("dana");

        var answer = await browser.PostAsync(tokenFrom: null, "/acme/shop/checkout/-/act", ("act", "push"), ("branch", "main"), ("message", "forged"));

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.AreNotEqual("forged", instance.Checkout.Head("main")!.Message);
    }

    [TestMethod]
    [DataRow("https://evil.example/")]
    [DataRow("//evil.example/")]
    [DataRow("/\\evil.example/")]
    public async Task Never_leads_to_another_site_after_the_sign_in(string target)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var browser = new Browser(instance.Site.BaseUrl);

        var answer = await browser.PostAsync("/users/sign_in", "/users/sign_in", ("username", "dana"), ("return_to", target));

        Assert.AreEqual("/", answer.Location);
    }

    [TestMethod]
    public async Task Does_by_form_what_a_person_does_from_branch_to_merge()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var browser = new Browser(instance.Site.BaseUrl);
        const string Project = "/acme/shop/checkout";
        const string Branch = "feature/SHOP-7-slots";
        await browser.SignInAsync("dana");

        await browser.PostAsync(Project, $"{Project}/-/act", ("act", "create_branch"), ("branch", Branch), ("from", "main"));
        await browser.PostAsync(Project, $"{Project}/-/act", ("act", "push"), ("branch", Branch), ("message", "SHOP-7 <b>slots</b>"));
        var opened = await browser.PostAsync($"{Project}/-/merge_requests/new", $"{Project}/-/act", ("act", "open_merge_request"), ("source_branch", Branch), ("target_branch", "main"), ("title", "SHOP-7: Slots"), ("description", ""), ("remove_source_branch", "1"));
        var page = await browser.GetAsync(opened.Location!);
        var iid = opened.Location!.Split('/')[^1];
        await browser.PostAsync(Project, $"{Project}/-/act", ("act", "approve"), ("iid", iid));
        await browser.PostAsync(Project, $"{Project}/-/act", ("act", "merge"), ("iid", iid), ("remove_source_branch", "1"));

        StringAssert.Contains(page.Text, "SHOP-7 &lt;b&gt;slots&lt;/b&gt;");
        Assert.IsFalse(instance.Checkout.Branches.ContainsKey(Branch));
        StringAssert.Contains(instance.Checkout.Head("main")!.Message, "SHOP-7: Slots");
    }

    [TestMethod]
    [DataRow("gita", "/acme/shop/checkout", HttpStatusCode.OK)]
    [DataRow("gita", "/acme/shop/checkout/-/branches", HttpStatusCode.NotFound)]
    [DataRow("otto", "/acme/shop/checkout", HttpStatusCode.NotFound)]
    [DataRow("dana", "/acme/shop/checkout/-/hooks", HttpStatusCode.NotFound)]
    [DataRow("marcus", "/acme/shop/checkout/-/hooks", HttpStatusCode.OK)]
    [DataRow("marcus", "/groups/acme/-/hooks", HttpStatusCode.NotFound)]
    [DataRow("olivia", "/groups/acme/-/hooks", HttpStatusCode.OK)]
    [DataRow("dana", "/groups/acme/shop", HttpStatusCode.OK)]
    [DataRow("dana", "/acme/shop/checkout/-/tree/main", HttpStatusCode.OK)]
    [DataRow("dana", "/acme/shop/checkout/-/pipelines/1", HttpStatusCode.OK)]
    [DataRow("dana", "/acme/shop/checkout/-/merge_requests/1", HttpStatusCode.OK)]
    [DataRow("dana", "/acme/shop/checkout/-/merge_requests/999", HttpStatusCode.NotFound)]
    public async Task Shows_each_person_what_it_may_see(string user, string path, HttpStatusCode expected)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var browser = new Browser(instance.Site.BaseUrl);
        await browser.SignInAsync(user);

        Assert.AreEqual(expected, (await browser.GetAsync(path)).Status);
    }

    [TestMethod]
    public async Task Says_why_something_cannot_be_done()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var browser = new Browser(instance.Site.BaseUrl);
        await browser.SignInAsync("dana");

        await browser.PostAsync("/acme/shop/checkout", "/acme/shop/checkout/-/act", ("act", "delete_branch"), ("branch", "main"));
        var page = await browser.GetAsync("/acme/shop/checkout");

        StringAssert.Contains(page.Text, "Cannot remove HEAD branch");
    }

    private sealed partial class Browser(string baseUrl) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri(baseUrl) };

        public async Task<Page> GetAsync(string path)
        {
            using var response = await _http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));
            return await PageOfAsync(response);
        }

        public async Task<Page> PostAsync(string? tokenFrom, string path, params (string Name, string Value)[] fields)
        {
            var token = tokenFrom is null ? "" : Token().Match((await GetAsync(tokenFrom)).Text).Groups["token"].Value;
            using var form = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("authenticity_token", token)]);
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), form);
            return await PageOfAsync(response);
        }

        public async Task SignInAsync(string user) => await PostAsync("/users/sign_in", "/users/sign_in", ("username", user));

        public void Dispose() => _http.Dispose();

        private static async Task<Page> PageOfAsync(HttpResponseMessage response) =>
            new(response.StatusCode, response.Headers.Location?.ToString(), await response.Content.ReadAsStringAsync());

        [GeneratedRegex("name=\"authenticity_token\" value=\"(?<token>[0-9a-f]+)\"", RegexOptions.CultureInvariant)]
        private static partial Regex Token();
    }

    private sealed record Page(HttpStatusCode Status, string? Location, string Text);
}
