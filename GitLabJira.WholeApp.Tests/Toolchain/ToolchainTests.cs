using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Toolchain;

/// <summary>What Jira's toolchain page calls, as Jira calls it: without a user, signed for exactly this request.</summary>
[TestClass]
public sealed class ToolchainTests(TestContext test)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private static SandboxWorld _world = null!;
    private static JiraSite _otherSite = null!;
    private static JiraAdmin _admin = null!;
    private static string _link = "";

    private CancellationToken Cancel => test.CancellationToken;

    private static string Checkout => _world.GitLab.State.Project("acme/shop/checkout").Id.ToString(CultureInfo.InvariantCulture);

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1, Seed = Seed.Small() }, context.CancellationToken);
        _otherSite = await _world.StartJiraSiteAsync(new JiraSiteOptions { Name = "Southwind" }, context.CancellationToken);
        await _otherSite.InstallAsync(_world.Descriptor, cancellationToken: context.CancellationToken);
        _admin = await JiraAdmin.ReadyAsync(_world, "olivia", context.CancellationToken);
        _link = await _admin.LinkedAsync(_world.GitLab.State.Group("acme").Id, context.CancellationToken);
        await _world.AdvanceAsync(TimeSpan.FromMinutes(3), context.CancellationToken);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        _admin.Dispose();
        await _world.DisposeAsync();
    }

    [TestMethod]
    [DataRow("GET")]
    [DataRow("POST")]
    public async Task Finds_linked_groups_as_workspaces(string method)
    {
        var (status, body) = await CallAsync(_world.Jira, method, "workspaces/search?searchQuery=CM");
        var (_, none) = await CallAsync(_world.Jira, method, "workspaces/search?searchQuery=nothing");

        var workspace = body!["workspaces"]!.AsArray().Single()!;
        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual("acme", (string?)workspace["name"]);
        Assert.AreEqual(_world.GitLab.State.Group("acme").Id.ToString(CultureInfo.InvariantCulture), (string?)workspace["id"]);
        Assert.IsEmpty(none!["workspaces"]!.AsArray());
    }

    [TestMethod]
    public async Task Finds_projects_below_them_as_repositories_page_by_page()
    {
        var (_, all) = await CallAsync(_world.Jira, "GET", "repositories/search?searchQuery=");
        var (_, second) = await CallAsync(_world.Jira, "GET", "repositories/search?searchQuery=&page=2&limit=1");
        var (_, byBody) = await CallAsync(_world.Jira, "POST", "repositories/search", new { searchQuery = "check" });

        var container = byBody!["containers"]!.AsArray().Single()!;
        Assert.HasCount(2, all!["containers"]!.AsArray());
        Assert.AreEqual((string?)all["containers"]![1]!["id"], (string?)second!["containers"]!.AsArray().Single()!["id"]);
        Assert.AreEqual(Checkout, (string?)container["id"]);
        Assert.AreEqual("shop/checkout", (string?)container["name"]);
        Assert.AreEqual($"{_world.GitLab.BaseUrl}/acme/shop/checkout", (string?)container["url"]);
        Assert.AreEqual("acme", (string?)container["workspace"]!["name"]);
        Assert.IsNotNull((DateTimeOffset?)container["lastUpdatedDate"]);
    }

    [TestMethod]
    public async Task Tells_what_an_associated_repository_is()
    {
        var (status, body) = await CallAsync(_world.Jira, "POST", "repositories/associate", new { id = Checkout });

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual((Checkout, "Checkout"), ((string?)body!["id"], (string?)body["name"]));
        Assert.AreEqual($"{_world.GitLab.BaseUrl}/acme/shop/checkout", (string?)body["url"]);
    }

    [TestMethod]
    [DoNotParallelize] // It lets time pass, in which the tokens of others would run out.
    public async Task Has_an_associated_repository_read_that_was_not_before()
    {
        var before = (await _admin.RunsAsync(_link, Cancel)).Count;
        await CallAsync(_world.Jira, "POST", "repositories/associate", new { id = Checkout });
        var unchanged = (await _admin.RunsAsync(_link, Cancel)).Count;
        var fresh = _world.GitLab.CreateProject("olivia", _world.GitLab.State.Group("acme/shop").Id, "Newcomer");

        var (status, _) = await CallAsync(_world.Jira, "POST", "repositories/associate", new { id = fresh.Id.ToString(CultureInfo.InvariantCulture) });

        Assert.AreEqual(HttpStatusCode.OK, status);
        Assert.AreEqual(before, unchanged, "what has been read is not read again");
        Assert.HasCount(before + 1, await _admin.RunsAsync(_link, Cancel));
    }

    [TestMethod]
    [DataRow("999999")]
    [DataRow("../1")]
    [DataRow("tag-1")]
    public async Task Says_404_for_a_repository_that_is_not_there(string id)
    {
        Assert.AreEqual(HttpStatusCode.NotFound, (await CallAsync(_world.Jira, "POST", "repositories/associate", new { id })).Status);
    }

    [TestMethod]
    [DataRow("repositories/search?page=0", "page")]
    [DataRow("repositories/search?limit=101", "limit")]
    [DataRow("workspaces/search?page=x", "page")]
    public async Task Names_the_field_that_is_wrong(string path, string field)
    {
        var (status, body) = await CallAsync(_world.Jira, "GET", path);

        Assert.AreEqual((HttpStatusCode.BadRequest, field), (status, (string?)body!["field"]));
    }

    [TestMethod]
    public async Task Another_site_sees_nothing_of_it()
    {
        Assert.IsEmpty((await CallAsync(_otherSite, "GET", "workspaces/search?searchQuery=")).Body!["workspaces"]!.AsArray());
        Assert.IsEmpty((await CallAsync(_otherSite, "GET", "repositories/search?searchQuery=")).Body!["containers"]!.AsArray());
        Assert.AreEqual(HttpStatusCode.NotFound, (await CallAsync(_otherSite, "POST", "repositories/associate", new { id = Checkout })).Status);
    }

    [TestMethod]
    [DataRow("GET", "workspaces/search?searchQuery=a")]
    [DataRow("GET", "repositories/search?searchQuery=a")]
    [DataRow("POST", "repositories/associate")]
    public async Task Refuses_what_was_not_signed_for_this_request(string method, string path)
    {
        var address = new Uri(_world.App, path);
        string?[] tokens =
        [
            null,
            _world.Jira.ContextToken(_world.Jira.Users.SiteAdmin.AccountId),
            _world.Jira.Tokens.ForRequest(method, new Uri(_world.App, "workspaces/search?searchQuery=b"), accountId: null),
            _world.Jira.Tokens.ForRequest(method, address, accountId: null, signature: TokenSignature.ForeignSecret),
            _world.Jira.Tokens.ForRequest(method, address, accountId: null, signature: TokenSignature.None),
        ];

        foreach (var token in tokens)
        {
            Assert.AreEqual(HttpStatusCode.Unauthorized, (await SendAsync(method, address, token, new { id = Checkout })).Status);
        }
    }

    private Task<(HttpStatusCode Status, JsonNode? Body)> CallAsync(JiraSite site, string method, string path, object? body = null)
    {
        var address = new Uri(_world.App, path);
        return SendAsync(method, address, site.Tokens.ForRequest(method, address, accountId: null), body);
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(string method, Uri address, string? token, object? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = method is "POST" && body is not null ? JsonContent.Create(body) : null };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("JWT", token);
        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        return (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }
}
