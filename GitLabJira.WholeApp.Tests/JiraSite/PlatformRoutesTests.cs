using System.Text.Json.Nodes;

namespace GitLabJira.WholeApp.Tests.Jira;

[TestClass]
public sealed class PlatformRoutesTests
{
    [TestMethod]
    public async Task Lists_the_groups_of_a_user_when_asked_to()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var account = under.Site.Users.SiteAdmin.AccountId;

        var plain = await under.GetAsync($"/rest/api/3/user?accountId={account}");
        var expanded = await under.GetAsync($"/rest/api/3/user?accountId={account}&expand=groups");

        Assert.AreEqual(0, plain.Body.GetProperty("groups").GetProperty("items").GetArrayLength());
        Assert.AreEqual(2, plain.Body.GetProperty("groups").GetProperty("size").GetInt32());
        CollectionAssert.AreEqual(new[] { "jira-software-users", "site-admins" }, expanded.Body.GetProperty("groups").GetProperty("items").EnumerateArray().Select(g => g.GetProperty("name").GetString()).ToArray());
    }

    [TestMethod]
    public async Task A_cut_expansion_is_whole_in_the_list_of_groups()
    {
        await using var under = await SiteUnderTest.StartAsync();
        under.Site.Users.GroupsExpansionLimit = 1;
        var account = under.Site.Users.SiteAdmin.AccountId;

        var expanded = await under.GetAsync($"/rest/api/3/user?accountId={account}&expand=groups");
        var list = await under.GetAsync($"/rest/api/3/user/groups?accountId={account}");

        Assert.AreEqual(1, expanded.Body.GetProperty("groups").GetProperty("items").GetArrayLength());
        Assert.AreEqual(2, list.Body.GetArrayLength());
    }

    [TestMethod]
    public async Task Tells_who_administers_Jira_which_is_more_than_site_admins()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var users = under.Site.Users;

        foreach (var (user, administers) in new[] { (users.SiteAdmin, true), (users.OrganizationAdmin, true), (users.JiraAdmin, true), (users.Plain, false) })
        {
            var answer = await under.PostAsync("/rest/api/3/permissions/check", new JsonObject { ["accountId"] = user.AccountId, ["globalPermissions"] = new JsonArray("ADMINISTER") });
            Assert.AreEqual(administers ? 1 : 0, answer.Body.GetProperty("globalPermissions").GetArrayLength());
        }

        Assert.AreEqual(400, (await under.PostAsync("/rest/api/3/permissions/check", new JsonObject { ["globalPermissions"] = new JsonArray("FLY") })).Status);
    }

    [TestMethod]
    public async Task Answers_about_people_only_when_it_may()
    {
        await using var under = await SiteUnderTest.StartAsync();

        Assert.AreEqual(400, (await under.GetAsync("/rest/api/3/user")).Status);
        Assert.AreEqual(404, (await under.GetAsync("/rest/api/3/user?accountId=nobody")).Status);
        under.Site.Users.AppsMayBrowse = false;
        Assert.AreEqual(403, (await under.GetAsync($"/rest/api/3/user?accountId={under.Site.Users.Plain.AccountId}")).Status);
    }

    [TestMethod]
    public async Task Reads_issues_and_projects()
    {
        await using var under = await SiteUnderTest.StartAsync();

        var issue = await under.GetAsync("/rest/api/3/issue/SHOP-1?fields=summary");

        Assert.AreEqual("Show delivery date before checkout", issue.Text("fields", "summary"));
        Assert.IsFalse(issue.Body.GetProperty("fields").TryGetProperty("status", out _));
        Assert.AreEqual("Payments", (await under.GetAsync("/rest/api/3/project/PAY")).Text("name"));
        Assert.AreEqual(404, (await under.GetAsync("/rest/api/3/issue/SHOP-999")).Status);
        Assert.AreEqual(404, (await under.GetAsync("/rest/api/3/project/NONE")).Status);
    }

    [TestMethod]
    public async Task Tells_anybody_its_cloud_id()
    {
        await using var under = await SiteUnderTest.StartAsync(install: false);

        var answer = await under.SendAsync(HttpMethod.Get, "/_edge/tenant_info", authorization: "");

        Assert.AreEqual(under.Site.CloudId.ToString(), answer.Text("cloudId"));
    }
}
