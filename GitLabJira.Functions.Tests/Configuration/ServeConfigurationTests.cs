using System.Text.Json.Nodes;
using GitLabJira.Functions.Configuration;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;
using Microsoft.Extensions.Options;
using Moq;

namespace GitLabJira.Functions.Tests.Configuration;

[TestClass]
public sealed class ServeConfigurationTests(TestContext test)
{
    private static readonly Uri Bridge = new("https://connect-cdn.atl-paas.net/all.js");

    private readonly PageScene _scene = new();

    [TestMethod]
    public async Task Serves_the_page_for_the_site_that_asked_to_frame_it_and_no_other()
    {
        var answer = await GetAsync();

        var policy = answer.Headers.ContentSecurityPolicy.ToString();
        Assert.AreEqual(200, answer.Status);
        Assert.Contains("""<script src="https://connect-cdn.atl-paas.net/all.js" data-options="sizeToParent:true">""", answer.Text);
        Assert.DoesNotContain("<!--", answer.Text);
        Assert.Contains("frame-ancestors https://acme.atlassian.net;", policy);
        Assert.Contains("script-src 'self' https://connect-cdn.atl-paas.net;", policy);
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("img-src 'self' https://gitlab.test;", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.IsFalse(answer.Headers.ContainsKey("Set-Cookie"));
        Assert.IsFalse(answer.Headers.ContainsKey("X-Frame-Options"));
    }

    [TestMethod]
    [DataRow("https://jira.acme.test", "frame-ancestors https://acme.atlassian.net https://jira.acme.test;")]
    [DataRow("http://jira.acme.test", "frame-ancestors https://acme.atlassian.net;")]
    [DataRow("https://acme.atlassian.net/jira", "frame-ancestors https://acme.atlassian.net;")]
    [DataRow("not a url; script-src *", "frame-ancestors https://acme.atlassian.net;")]
    public async Task Lets_the_sites_own_domain_frame_the_page(string displayUrl, string expected)
    {
        _scene.User = _scene.User! with { Installation = PageScene.Site with { DisplayUrl = displayUrl } };

        var answer = await GetAsync();

        Assert.Contains(expected, answer.Headers.ContentSecurityPolicy.ToString());
    }

    [TestMethod]
    public async Task Holds_no_inline_script_or_style()
    {
        var answer = await GetAsync();

        Assert.DoesNotContain("style=", answer.Text);
        Assert.DoesNotContain("<style", answer.Text);
        Assert.DoesNotContain("onclick", answer.Text);
        foreach (System.Text.RegularExpressions.Match script in System.Text.RegularExpressions.Regex.Matches(answer.Text, "<script[^>]*>[^<]", System.Text.RegularExpressions.RegexOptions.NonBacktracking))
        {
            // Data, which browsers never run.
            Assert.StartsWith("<script type=\"application/json\" id=\"first\">", script.Value);
        }
    }

    [TestMethod]
    public async Task Brings_what_it_shows_first()
    {
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 7, "ann", test.CancellationToken);

        var first = First(await GetAsync());

        Assert.IsTrue(JsonNode.DeepEquals((await _scene.SignInStatusAsync()).Json, first!["signIn"]));
        Assert.IsTrue(JsonNode.DeepEquals((await _scene.VersionAsync()).Json, first["gitLab"]));
        Assert.IsNotNull(first["signIn"]!["user"]);
    }

    [TestMethod]
    [DataRow(SiteAdminVerdict.NotAdmin)]
    [DataRow(SiteAdminVerdict.CouldNotFetchUser)]
    [DataRow(SiteAdminVerdict.NoAnswer)]
    public async Task Brings_nothing_to_whom_Jira_does_not_call_an_admin(SiteAdminVerdict verdict)
    {
        _scene.Verdict = verdict;

        var answer = await GetAsync();

        Assert.AreEqual(200, answer.Status);
        Assert.IsNull(First(answer));
        Assert.EndsWith("</html>", answer.Text.TrimEnd());
    }

    [TestMethod]
    public async Task Brings_nothing_where_Jiras_token_names_nobody()
    {
        _scene.User = _scene.User! with { AccountId = null };

        Assert.IsNull(First(await GetAsync()));
    }

    [TestMethod]
    public async Task Comes_without_what_it_shows_first_where_that_fails()
    {
        _scene.Admins.Setup(a => a.CheckForReadAsync(It.IsAny<Installation>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ThrowsAsync(new InvalidOperationException());

        var answer = await GetAsync();

        Assert.AreEqual(200, answer.Status);
        Assert.IsNull(First(answer));
    }

    [TestMethod]
    public async Task Waits_a_second_for_what_it_shows_first()
    {
        _scene.Admins.Setup(a => a.CheckForReadAsync(It.IsAny<Installation>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns(async (Installation _, string _, CancellationToken cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                return SiteAdminVerdict.Admin;
            });

        var answer = GetAsync();
        _scene.GitLab.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.IsNull(First(await answer));
    }

    [TestMethod]
    public async Task Refuses_without_Jiras_token_and_after_an_uninstall()
    {
        _scene.User = _scene.User! with { Installation = PageScene.Site with { State = InstallationState.Uninstalled } };
        var uninstalled = await GetAsync();
        _scene.User = null;

        var nobody = await GetAsync();

        Assert.AreEqual(401, uninstalled.Status);
        Assert.AreEqual(401, nobody.Status);
    }

    [TestMethod]
    public async Task Tells_a_person_to_reload_when_the_token_of_the_frame_has_run_out()
    {
        _scene.User = null;

        var answer = await GetAsync("text/html,application/xhtml+xml;q=0.9");

        Assert.AreEqual(401, answer.Status);
        Assert.Contains("Reload the page in Jira", answer.Text);
        Assert.DoesNotContain("<!--", answer.Text);
        Assert.Contains("default-src 'none'", answer.Headers.ContentSecurityPolicy.ToString());
    }

    [TestMethod]
    [DataRow("br, gzip", "br")]
    [DataRow("gzip, deflate", "gzip")]
    [DataRow("gzip, br;q=0", "gzip")]
    [DataRow("identity", "")]
    [DataRow("", "")]
    public async Task Serves_scripts_and_styles_as_small_as_the_browser_takes_them_and_for_good(string accepted, string encoding)
    {
        var page = await GetAsync();
        var name = System.Text.RegularExpressions.Regex.Match(page.Text, "configuration/assets/(?<name>[^\"]+[.]js)", System.Text.RegularExpressions.RegexOptions.NonBacktracking).Groups["name"].Value;

        var answer = await AssetAsync(name, accepted);

        Assert.AreEqual(200, answer.Status);
        Assert.AreEqual("text/javascript; charset=utf-8", answer.Headers.ContentType.ToString());
        Assert.AreEqual(encoding, answer.Headers.ContentEncoding.ToString());
        Assert.AreEqual("Accept-Encoding", answer.Headers.Vary.ToString());
        Assert.AreEqual("public, max-age=31536000, immutable", answer.Headers.CacheControl.ToString());
    }

    [TestMethod]
    public async Task Serves_all_that_the_pages_name()
    {
        foreach (var file in new[] { "configuration.html", "expired.html", "callback.html", "create-branch.html" })
        {
            foreach (System.Text.RegularExpressions.Match named in System.Text.RegularExpressions.Regex.Matches(PageFiles.Html(file), "(?:src|href)=\"(?<address>[^\"]+)\"", System.Text.RegularExpressions.RegexOptions.NonBacktracking))
            {
                var answer = await AssetAsync(Path.GetFileName(named.Groups["address"].Value), "br");

                Assert.AreEqual(200, answer.Status, $"{file} names {named.Groups["address"].Value}.");
            }
        }
    }

    [TestMethod]
    [DataRow("configuration.html")]
    [DataRow("callback.html")]
    [DataRow(".built")]
    [DataRow("..")]
    public async Task Serves_nothing_else_and_lets_nobody_remember_that(string name)
    {
        var answer = await AssetAsync(name, "br");

        Assert.AreEqual(404, answer.Status);
        Assert.AreEqual("application/problem+json", answer.Headers.ContentType.ToString());
        Assert.AreEqual("", answer.Headers.CacheControl.ToString());
    }

    private static JsonNode? First(PageAnswer answer)
    {
        var match = System.Text.RegularExpressions.Regex.Match(answer.Text, "id=\"first\">(?<json>[^<]*)</script>", System.Text.RegularExpressions.RegexOptions.NonBacktracking);
        return match.Success ? JsonNode.Parse(match.Groups["json"].Value) : null;
    }

    private static Task<PageAnswer> AssetAsync(string name, string accepted) => PageScene.AnswerAsync(
        request =>
        {
            request.Headers.AcceptEncoding = accepted;
            return Task.FromResult(new ServeConfigurationAsset().Run(request, name));
        },
        "GET");

    private Task<PageAnswer> GetAsync(string? accept = null) => PageScene.AnswerAsync(
        request =>
        {
            request.Headers.Accept = accept;
            return new ServeConfiguration(_scene.Authenticator.Object, _scene.FirstLook, Options.Create(new PageOptions { BridgeUrl = Bridge })).RunAsync(request, CancellationToken.None);
        },
        "GET");
}
