using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Signing;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.WholeApp.Tests.Jira;

[TestClass]
public sealed class ConnectGuardTests
{
    private const string Path = "/rest/api/3/project/SHOP";

    [TestMethod]
    [DataRow("iss", "another-app")]
    [DataRow("qsh", "context-qsh")]
    [DataRow("qsh", "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239")]
    [DataRow("qsh", null)]
    [DataRow("exp", null)]
    [DataRow("aud", "another-tenant")]
    public async Task Refuses_a_wrong_claim(string claim, string? value)
    {
        await using var under = await SiteUnderTest.StartAsync();

        var answer = await under.SendAsync(HttpMethod.Get, Path, claims: c => c[claim] = value);

        Assert.AreEqual(401, answer.Status);
        Assert.AreEqual(ViolationKind.RefusedToken, under.Site.Violations.Single().Kind);
    }

    [TestMethod]
    public async Task Takes_a_token_until_the_second_in_which_it_expires()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var now = under.Clock.GetUtcNow().ToUnixTimeSeconds();

        Assert.AreEqual(200, (await under.SendAsync(HttpMethod.Get, Path, claims: c => c["exp"] = now + 1)).Status);
        Assert.AreEqual(401, (await under.SendAsync(HttpMethod.Get, Path, claims: c => c["exp"] = now)).Status);
    }

    [TestMethod]
    public async Task Refuses_other_algorithms_schemes_and_places()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var token = under.Token(HttpMethod.Get, Path);
        var unsigned = ConnectToken.Unsigned(new JsonObject { ["iss"] = "tiny-app", ["exp"] = 9999999999, ["qsh"] = QueryHash.Compute("GET", Path, "") });

        Assert.AreEqual(401, (await under.SendAsync(HttpMethod.Get, Path, authorization: "")).Status);
        Assert.AreEqual(401, (await under.SendAsync(HttpMethod.Get, Path, authorization: $"Bearer {token}")).Status);
        Assert.AreEqual(401, (await under.SendAsync(HttpMethod.Get, Path, authorization: $"JWT {unsigned}")).Status);
        Assert.AreEqual(401, (await under.SendAsync(HttpMethod.Get, $"{Path}?jwt={token}", authorization: "")).Status);
        Assert.AreEqual(401, (await under.SendAsync(HttpMethod.Get, Path, secret: "another secret")).Status);
        Assert.AreEqual(200, (await under.SendAsync(HttpMethod.Get, Path, authorization: $"JWT {token}")).Status);
    }

    [TestMethod]
    public async Task The_hash_covers_the_query_and_the_path_as_sent()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var signed = under.Token(HttpMethod.Get, $"{Path}?expand=a&b=%C5%BE+x");

        Assert.AreEqual(200, (await under.SendAsync(HttpMethod.Get, $"{Path}?b=%C5%BE%20x&expand=a", authorization: $"JWT {signed}")).Status);
        Assert.AreEqual(401, (await under.SendAsync(HttpMethod.Get, $"{Path}?b=%C5%BE%20x&expand=b", authorization: $"JWT {signed}")).Status);
    }

    [TestMethod]
    public async Task Takes_a_secret_of_its_own_tenant_only_and_no_body_on_a_read()
    {
        await using var under = await SiteUnderTest.StartAsync();

        Assert.AreEqual(200, (await under.SendAsync(HttpMethod.Get, Path, claims: c => c["aud"] = new JsonArray(under.App.ClientKey))).Status);
        Assert.AreEqual(403, (await under.SendAsync(HttpMethod.Get, Path, body: "{}")).Status);
    }

    [TestMethod]
    [DataRow("jiraDevelopmentTool", "/rest/devinfo/0.10/bulk")]
    [DataRow("jiraBuildInfoProvider", "/rest/builds/0.1/bulk")]
    [DataRow("jiraDeploymentInfoProvider", "/rest/deployments/0.1/bulk")]
    [DataRow("jiraFeatureFlagInfoProvider", "/rest/featureflags/0.1/bulk")]
    public async Task Opens_an_API_only_to_an_app_with_its_module(string module, string path)
    {
        await using var under = await SiteUnderTest.StartAsync(install: false);
        under.App.Descriptor["modules"]!.AsObject().Remove(module);
        await under.Site.InstallAsync(under.App.DescriptorUrl);

        var answer = await under.PostAsync(path, new JsonObject());

        Assert.AreEqual(403, answer.Status);
        Assert.AreEqual(ViolationKind.RefusedScope, under.Site.Violations.Single().Kind);
    }

    [TestMethod]
    public async Task Asks_for_the_scope_of_the_method()
    {
        await using var under = await SiteUnderTest.StartAsync(install: false);
        under.App.Descriptor["scopes"] = new JsonArray("WRITE");
        under.App.Descriptor["modules"] = new JsonObject();
        await under.Site.InstallAsync(under.App.DescriptorUrl);

        Assert.AreEqual(403, (await under.GetAsync(Path)).Status);
    }

    [TestMethod]
    public async Task A_clock_that_is_ahead_refuses_fresh_tokens()
    {
        await using var under = await SiteUnderTest.StartAsync();

        under.Site.Faults.ClockOffset = TimeSpan.FromMinutes(4);

        Assert.AreEqual(401, (await under.GetAsync(Path)).Status);
    }
}
