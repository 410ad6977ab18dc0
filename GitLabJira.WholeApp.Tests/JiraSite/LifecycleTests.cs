using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.Jira.Signing;
using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.WholeApp.Tests.Jira;

[TestClass]
public sealed class LifecycleTests(TestContext test)
{
    [TestMethod]
    public async Task Installs_with_a_token_that_the_published_key_verifies()
    {
        await using var under = await SiteUnderTest.StartAsync();
        using var http = new HttpClient();

        var (_, text, body) = under.App.Told.Single();
        var token = ConnectToken.TryRead(text)!;
        using var key = System.Security.Cryptography.RSA.Create();
        key.ImportFromPem(await http.GetStringAsync(new Uri(under.Site.KeyHost.Url, token.Header.GetProperty("kid").GetString()), test.CancellationToken));

        Assert.IsTrue(key.VerifyData(System.Text.Encoding.ASCII.GetBytes(token.SignedText), token.Signature, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1));
        Assert.AreEqual("RS256", token.Algorithm);
        Assert.AreEqual(body.GetProperty("clientKey").GetString(), token.Issuer);
        Assert.AreEqual(QueryHash.Compute("POST", "/connect/installed", ""), token.QueryHash);
        CollectionAssert.AreEqual(new[] { under.App.Descriptor["baseUrl"]!.GetValue<string>() }, token.Audience!.ToArray());
        Assert.AreEqual(under.Site.CloudId.ToString(), body.GetProperty("cloudId").GetString());
        Assert.AreEqual(under.Site.BaseUrl.AbsoluteUri.TrimEnd('/'), body.GetProperty("baseUrl").GetString());
        Assert.IsGreaterThanOrEqualTo(128, under.App.Secret.Length);
    }

    [TestMethod]
    [DataRow(202)]
    [DataRow(401)]
    [DataRow(500)]
    public async Task Fails_the_installation_unless_the_app_answers_200_or_204(int status)
    {
        await using var under = await SiteUnderTest.StartAsync(install: false);
        under.App.Answers = status;

        var failure = await Assert.ThrowsExactlyAsync<AppInstallException>(() => under.Site.InstallAsync(under.App.DescriptorUrl));

        Assert.AreEqual(status, failure.Status);
        Assert.IsNull(under.Site.App);
    }

    [TestMethod]
    public async Task A_refused_new_secret_leaves_the_old_one_in_force()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var old = under.App.Secret;
        under.App.Answers = 500;

        await Assert.ThrowsExactlyAsync<AppInstallException>(() => under.Site.RotateSecretAsync());

        Assert.AreEqual(200, (await under.SendAsync(HttpMethod.Get, "/rest/api/3/project/SHOP", secret: old)).Status);
    }

    [TestMethod]
    public async Task Rotating_the_secret_ends_the_old_one()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var old = under.App.Secret;

        await under.Site.RotateSecretAsync();

        Assert.AreEqual(401, (await under.SendAsync(HttpMethod.Get, "/rest/api/3/project/SHOP", secret: old)).Status);
        Assert.AreEqual(200, (await under.GetAsync("/rest/api/3/project/SHOP")).Status);
    }

    [TestMethod]
    public async Task A_request_with_the_former_secret_counts_as_a_mistake_only_after_a_minute()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var old = under.App.Secret;
        await under.Site.RotateSecretAsync();

        await under.SendAsync(HttpMethod.Get, "/rest/api/3/project/SHOP", secret: old);
        Assert.IsEmpty(under.Site.Violations);
        under.Clock.Advance(TimeSpan.FromMinutes(1));
        await under.SendAsync(HttpMethod.Get, "/rest/api/3/project/SHOP", secret: old);

        Assert.HasCount(1, under.Site.Violations);
    }

    [TestMethod]
    public async Task Both_secrets_count_while_the_app_is_being_told_of_the_new_one()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var (old, statuses) = (under.App.Secret, new List<int>());
        under.App.WhileHearing = async () =>
        {
            statuses.Add((await under.SendAsync(HttpMethod.Get, "/rest/api/3/project/SHOP", secret: old)).Status);
            statuses.Add((await under.GetAsync("/rest/api/3/project/SHOP")).Status);
        };

        await under.Site.RotateSecretAsync();

        CollectionAssert.AreEqual(new[] { 200, 200 }, statuses);
    }

    [TestMethod]
    public async Task Uninstalling_deletes_the_data_and_shuts_the_app_out()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit()));

        await under.Site.UninstallAsync();

        Assert.IsEmpty(under.Site.State.All());
        Assert.AreEqual("uninstalled", under.App.Told[^1].Event);
        Assert.IsFalse(under.App.Told[^1].Body.TryGetProperty("sharedSecret", out _));
        Assert.AreEqual(401, (await under.GetAsync("/rest/api/3/project/SHOP")).Status);
    }

    [TestMethod]
    public async Task Reinstalling_keeps_the_client_key_but_not_the_secret()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var (clientKey, secret) = (under.App.ClientKey, under.App.Secret);
        await under.Site.UninstallAsync();

        await under.Site.InstallAsync(under.App.DescriptorUrl);

        Assert.AreEqual(clientKey, under.App.ClientKey);
        Assert.AreNotEqual(secret, under.App.Secret);
    }

    [TestMethod]
    public async Task An_import_brings_a_new_client_key_on_the_same_cloud_id()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var before = under.App.Told[^1].Body;

        await under.Site.ImportAsync();

        var after = under.App.Told[^1].Body;
        Assert.AreNotEqual(before.GetProperty("clientKey").GetString(), after.GetProperty("clientKey").GetString());
        Assert.AreEqual(before.GetProperty("cloudId").GetString(), after.GetProperty("cloudId").GetString());
    }

    [TestMethod]
    public async Task A_renamed_site_tells_its_new_address_and_redirects_from_the_old_one()
    {
        await using var under = await SiteUnderTest.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var old = under.Site.BaseUrl;

        await under.Site.RenameAsync();
        using var answer = await http.PostAsync(new Uri(old, Sample.DevInfo), null, test.CancellationToken);

        Assert.AreNotEqual(old, under.Site.BaseUrl);
        Assert.AreEqual(under.Site.BaseUrl.AbsoluteUri.TrimEnd('/'), under.App.Told[^1].Body.GetProperty("baseUrl").GetString());
        Assert.AreEqual(302, (int)answer.StatusCode);
        Assert.AreEqual(new Uri(under.Site.BaseUrl, Sample.DevInfo), answer.Headers.Location);
        Assert.AreEqual(405, (await under.GetAsync(Sample.DevInfo)).Status);
    }

    [TestMethod]
    public async Task Replays_an_old_call_with_its_token()
    {
        await using var under = await SiteUnderTest.StartAsync();

        await under.Site.ReplayAsync(under.Site.LifecycleCalls.First(), body => body["sharedSecret"] = "other");

        Assert.AreEqual(under.App.Told[0].Token, under.App.Told[1].Token);
        Assert.AreEqual("other", under.App.Secret);
    }

    [TestMethod]
    public async Task Sends_spoiled_calls_without_changing_itself()
    {
        await using var under = await SiteUnderTest.StartAsync();

        await under.Site.SendLifecycleAsync("installed", draft =>
        {
            draft.Signature = LifecycleSignature.None;
            draft.Claims["iss"] = "somebody";
        });

        var token = ConnectToken.TryRead(under.App.Told[^1].Token)!;
        Assert.AreEqual("none", token.Algorithm);
        Assert.AreEqual("somebody", token.Issuer);
        Assert.AreEqual(200, (await under.GetAsync("/rest/api/3/project/SHOP")).Status);
    }

    [TestMethod]
    public async Task Several_sites_share_a_key_host_and_are_tenants_of_their_own()
    {
        await using var keyHost = await AtlassianKeyHost.StartAsync(cancellationToken: test.CancellationToken);
        await using var one = await JiraSite.StartAsync(new() { KeyHost = keyHost }, test.CancellationToken);
        await using var two = await JiraSite.StartAsync(new() { KeyHost = keyHost }, test.CancellationToken);
        await using var app = await TinyApp.StartAsync();

        await one.InstallAsync(app.DescriptorUrl, cancellationToken: test.CancellationToken);
        await two.InstallAsync(app.DescriptorUrl, cancellationToken: test.CancellationToken);

        Assert.AreNotEqual(one.App!.ClientKey, two.App!.ClientKey);
        Assert.AreNotEqual(one.App.SharedSecret, two.App.SharedSecret);
        Assert.AreNotEqual(one.BaseUrl, two.BaseUrl);
    }

    [TestMethod]
    [DataRow("key", "no spaces")]
    [DataRow("key", null)]
    [DataRow("baseUrl", "ftp://tiny.example")]
    [DataRow("authentication", """{ "type": "none" }""")]
    [DataRow("scopes", """["READ", "WRITE"]""")]
    [DataRow("scopes", """["READ", "WRITE", "DELETE", "EVERYTHING"]""")]
    [DataRow("apiMigrations", """{ "gdpr": true, "signed-install": true }""")]
    [DataRow("lifecycle", """{ "uninstalled": "/connect/uninstalled" }""")]
    [DataRow("lifecycle", """{ "installed": "connect/installed" }""")]
    [DataRow("modules", """{ "jiraDevelopmentTool": [] }""")]
    [DataRow("modules", """{ "jiraBuildInfoProvider": { "key": "ci", "name": { "value": "CI" } } }""")]
    [DataRow("modules", """{ "postInstallPage": { "key": "under_score", "name": { "value": "x" }, "url": "/x" } }""")]
    [DataRow("modules", """{ "postInstallPage": { "key": "a", "name": { "value": "x" }, "url": "/x" }, "configurePage": { "key": "a", "name": { "value": "x" }, "url": "/x" } }""")]
    public async Task Refuses_a_descriptor_that_Jira_would_refuse(string field, string? value)
    {
        await using var under = await SiteUnderTest.StartAsync(install: false);
        under.App.Descriptor[field] = value is null ? null : value[0] is '{' or '[' ? JsonNode.Parse(value) : JsonValue.Create(value);

        var failure = await Assert.ThrowsExactlyAsync<AppInstallException>(() => under.Site.InstallAsync(under.App.DescriptorUrl));

        Assert.IsNotEmpty(failure.Problems);
        Assert.IsEmpty(under.App.Told);
    }

    [TestMethod]
    public async Task Signs_page_URLs_for_the_user_who_looks()
    {
        await using var under = await SiteUnderTest.StartAsync();

        var url = under.Site.Tokens.PageUrl("settings", under.Site.Users.Plain.AccountId);

        var query = System.Web.HttpUtility.ParseQueryString(url.Query);
        var token = ConnectToken.TryRead(query["jwt"]!)!;
        Assert.IsTrue(token.IsSignedWith(under.App.Secret));
        Assert.AreEqual(QueryHash.Compute("GET", url.AbsolutePath, url.Query), token.QueryHash);
        Assert.AreEqual(under.Site.Users.Plain.AccountId, token.Claims.GetProperty("sub").GetString());
        Assert.AreEqual("all", query["view"]);
        Assert.AreEqual(under.Site.BaseUrl.AbsoluteUri.TrimEnd('/'), query["xdm_e"]);
    }

    [TestMethod]
    public async Task Fills_and_signs_the_create_branch_link()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var issue = under.Site.Issues.Add("SHOP", "Cart & \"more\" (50%)");

        var url = under.Site.Tokens.CreateBranchUrl(issue, under.Site.Users.Plain.AccountId)!;

        var query = System.Web.HttpUtility.ParseQueryString(url.Query);
        Assert.AreEqual(issue.Key, query["issue_key"]);
        Assert.AreEqual(issue.Summary, query["issue_summary"]);
        Assert.AreEqual(QueryHash.Compute("GET", url.AbsolutePath, url.Query), ConnectToken.TryRead(query["jwt"]!)!.QueryHash);
    }

    [TestMethod]
    public async Task Context_tokens_live_for_15_minutes_and_are_bound_to_no_request()
    {
        await using var under = await SiteUnderTest.StartAsync();

        var token = ConnectToken.TryRead(under.Site.ContextToken(under.Site.Users.SiteAdmin.AccountId))!;

        Assert.AreEqual("context-qsh", token.QueryHash);
        Assert.AreEqual(under.Clock.GetUtcNow().AddMinutes(15).ToUnixTimeSeconds(), token.Expires);
        Assert.IsTrue(token.IsSignedWith(under.App.Secret));
        Assert.IsFalse(ConnectToken.TryRead(under.Site.Tokens.Context("x", signature: TokenSignature.ForeignSecret))!.IsSignedWith(under.App.Secret));
    }

    [TestMethod]
    public async Task Logs_show_neither_secrets_nor_tokens()
    {
        await using var under = await SiteUnderTest.StartAsync();

        await under.SendAsync(HttpMethod.Get, $"/rest/api/3/project/SHOP?jwt={under.App.Secret}");

        Assert.IsFalse(under.Site.RequestLog.Any(r => r.ToString().Contains(under.App.Secret, StringComparison.Ordinal)));
        Assert.IsFalse(under.Site.LifecycleCalls.Any(c => c.ToString().Contains(under.App.Secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(under.App.Secret, under.Site.App!.ToString());
        Assert.AreEqual(0, under.Site.State.Count(EntityKind.Commit));
    }
}
