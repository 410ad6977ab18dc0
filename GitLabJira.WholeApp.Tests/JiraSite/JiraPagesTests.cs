using System.Text.Json.Nodes;
using GitLabJira.WholeApp.Tests.Browser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Jira;

/// <summary>The pages in a real browser, with third-party cookies blocked as browsers do.</summary>
[TestClass]
public sealed class JiraPagesTests
{
    [TestMethod]
    public async Task An_admin_installs_the_app_and_sees_its_page_over_the_bridge()
    {
        await using var under = await SiteUnderTest.StartAsync(install: false);
        await using var app = await FramedAppAsync(under);
        await using var browser = await Visitor.ComeAsync();

        await browser.Page.GotoAsync(new Uri(under.Site.BaseUrl, "/manage-apps").AbsoluteUri);
        await browser.Page.FillAsync("[name=descriptorUrl]", under.App.DescriptorUrl.AbsoluteUri);
        await browser.Page.ClickAsync("#install button");
        await browser.Page.GetByText("Get started").ClickAsync();
        var frame = browser.Page.FrameLocator("#frame iframe");

        await Assertions.Expect(frame.Locator("#account")).ToHaveTextAsync(under.Site.Users.SiteAdmin.AccountId);
        await Assertions.Expect(frame.Locator("#qsh")).ToHaveTextAsync("context-qsh");
        await Assertions.Expect(frame.Locator("#location")).ToHaveTextAsync(browser.Page.Url);
        await Assertions.Expect(browser.Page.Locator(".flag.success h2")).ToHaveTextAsync("Framed");
        await Assertions.Expect(browser.Page.Locator("#frame iframe")).ToHaveCSSAsync("height", "777px");
        Assert.DoesNotContain(under.App.Secret, await browser.Page.ContentAsync());
    }

    [TestMethod]
    public async Task An_issue_fills_up_while_one_looks_at_it()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await using var browser = await Visitor.ComeAsync();
        await browser.Page.GotoAsync(new Uri(under.Site.BaseUrl, "/browse/SHOP-1").AbsoluteUri);
        await Assertions.Expect(browser.Page.GetByText("No merge request mentions this issue.")).ToBeVisibleAsync();

        var pullRequest = Sample.PullRequest();
        pullRequest["title"] = "SHOP-1 <img src=x onerror=alert(1)>";
        pullRequest["reviewers"] = new JsonArray(new JsonObject { ["name"] = "Omar Osborne", ["approvalStatus"] = "APPROVED" });
        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", pullRequest));

        var row = browser.Page.Locator("#development li");
        await Assertions.Expect(row.GetByRole(AriaRole.Link)).ToHaveTextAsync("SHOP-1 <img src=x onerror=alert(1)>");
        await Assertions.Expect(row.Locator(".lozenge")).ToHaveTextAsync("Open");
        await Assertions.Expect(row.GetByRole(AriaRole.Img, new() { Name = "Omar Osborne, approved" })).ToBeVisibleAsync();
        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", Sample.PullRequest(sequence: 2, status: "MERGED")));
        await Assertions.Expect(row.Locator(".lozenge")).ToHaveTextAsync("Merged");
    }

    [TestMethod]
    public async Task Somebody_without_rights_is_kept_out_of_the_apps()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await using var browser = await Visitor.ComeAsync();
        await browser.Page.GotoAsync(under.Site.BaseUrl.AbsoluteUri);

        await browser.Page.ClickAsync(".who summary");
        await browser.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = under.Site.Users.Plain.DisplayName }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator(".who summary")).ToContainTextAsync(under.Site.Users.Plain.DisplayName);
        var apps = await browser.Page.GotoAsync(new Uri(under.Site.BaseUrl, "/manage-apps").AbsoluteUri);
        var page = await browser.Page.GotoAsync(new Uri(under.Site.BaseUrl, "/plugins/servlet/ac/tiny-app/settings").AbsoluteUri);

        Assert.AreEqual(403, apps!.Status);
        Assert.AreEqual(403, page!.Status);
    }

    [TestMethod]
    public async Task The_JSON_views_and_buttons_show_no_secret_and_obey_no_other_site()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit()));
        using var http = new HttpClient();

        var state = await http.GetStringAsync(new Uri(under.Site.BaseUrl, "/sandbox/state"));
        var requests = await http.GetStringAsync(new Uri(under.Site.BaseUrl, "/sandbox/requests"));
        using var pressed = await http.PostAsync(new Uri(under.Site.BaseUrl, "/sandbox/apps/uninstall"), null);

        Assert.AreEqual(1, JsonNode.Parse(state)!["counts"]!["Commit"]!.GetValue<int>());
        Assert.AreEqual("link-1", JsonNode.Parse(requests)![0]!["post"]!["properties"]!["linkId"]!.GetValue<string>());
        Assert.DoesNotContain(under.App.Secret, state + requests);
        Assert.AreEqual(403, (int)pressed.StatusCode);
        Assert.IsNotNull(under.Site.App);
    }

    /// <summary>Lets the tiny app frame a page of a third server on 127.0.0.1, which is another site for the browser.</summary>
    private static async Task<GitLabJira.Sandbox.Jira.Traffic.LoopbackServer> FramedAppAsync(SiteUnderTest under)
    {
        var page = """
            <!doctype html><script src="SITEatlassian-connect/all.js" data-options="resize:false"></script>
            <p id="account"></p><p id="qsh"></p><p id="location"></p>
            <script>
              const put = (id, text) => { document.getElementById(id).textContent = text; };
              AP.user.getCurrentUser((user) => put('account', user.atlassianAccountId));
              AP.context.getToken((token) => put('qsh', JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).qsh));
              AP.getLocation((location) => put('location', location));
              AP.flag.create({ title: 'Framed', body: 'It works.', type: 'success' });
              AP.resize('100%', '777px');
            </script>
            """.Replace("SITE", under.Site.BaseUrl.AbsoluteUri, StringComparison.Ordinal);
        var server = await GitLabJira.Sandbox.Jira.Traffic.LoopbackServer.StartAsync(web =>
        {
            web.MapGet("/settings", () => Results.Content(page, "text/html"));
            web.MapPost("/connect/{name}", under.App.HearAsync);
        });
        under.App.Descriptor["baseUrl"] = $"http://127.0.0.1:{server.Url.Port}";
        return server;
    }
}
