using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;
using Moq;

namespace GitLabJira.Functions.Tests.Configuration;

/// <summary>Listing and unlinking groups.</summary>
[TestClass]
public sealed class LinkListTests(TestContext test)
{
    private const string Groups = $"GET {GitLabScene.Api}groups?min_access_level=40&order_by=name&sort=asc&per_page=10";

    private readonly PageScene _scene = new();

    [TestMethod]
    public async Task Unlinks_by_row_tombstone_and_clean_up()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);

        var answer = await _scene.UnlinkAsync(link.Id);
        var again = await _scene.UnlinkAsync(link.Id);

        var row = await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken);
        var (name, _, input) = _scene.Started.Single();
        Assert.AreEqual(202, answer.Status);
        Assert.AreEqual("unlinking", answer.Reason);
        Assert.AreEqual(202, again.Status);
        Assert.AreEqual(LinkState.Unlinking, row!.State);
        Assert.AreEqual(LinkLookup.Unlinked, (await _scene.GitLab.Links.FindAsync(link.Id, fresh: true, test.CancellationToken)).Lookup);
        Assert.AreEqual(LinkCleanUp.Orchestration, name);
        Assert.AreEqual(new LinkCleanUpInput { ClientKey = link.ClientKey, LinkId = link.Id, Epoch = 2 }, input);
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
    }

    [TestMethod]
    public async Task Unlinks_nothing_of_another_site()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        _scene.User = _scene.User! with { Installation = PageScene.Site with { ClientKey = "site-2" } };

        var answer = await _scene.UnlinkAsync(link.Id);

        Assert.AreEqual(404, answer.Status);
        Assert.AreEqual("link_not_found", answer.Reason);
        Assert.AreEqual(LinkState.Active, (await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!.State);
    }

    [TestMethod]
    public async Task Unlinks_only_for_a_site_admin_who_is_one_right_now()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        _scene.Verdict = SiteAdminVerdict.NotAdmin;

        var answer = await _scene.UnlinkAsync(link.Id);

        Assert.AreEqual(403, answer.Status);
        Assert.AreEqual(LinkState.Active, (await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!.State);
        _scene.Admins.Verify(a => a.CheckForChangeAsync(PageScene.Site, GitLabScene.Ann, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Lists_links_with_the_progress_of_their_run()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken, "b");
        await _scene.GitLab.LinkAsync(test.CancellationToken, "A", 6);
        await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { ActiveRunId = "run" }, test.CancellationToken);
        _scene.Runs.Setup(r => r.FindAsync(link.Id, "run", It.IsAny<CancellationToken>())).ReturnsAsync(new SyncRunProgress
        {
            LinkId = link.Id,
            RunId = "run",
            State = SyncRunState.Running,
            StartedAt = GitLabScene.Start,
            ProjectsTotal = 45,
            ProjectsDone = 20,
            ProjectsFailed = 1,
            Reason = "why",
        });

        var answer = await _scene.LinksAsync();

        var links = answer.Json["links"]!.AsArray();
        Assert.AreEqual(200, answer.Status);
        Assert.AreEqual("listed", answer.Reason);
        Assert.AreEqual("A, b", string.Join(", ", links.Select(one => one!["groupPath"]!.GetValue<string>())));
        Assert.AreEqual("https://gitlab.test/groups/b", links[1]!["groupUrl"]!.GetValue<string>());
        Assert.Contains("""
            "sync":{"state":"running","total":45,"done":20,"failed":1,"why":"why","startedAt":"2026-11-22T12:00:00+00:00"}
            """, answer.Text);
        _scene.Admins.Verify(a => a.CheckForReadAsync(PageScene.Site, GitLabScene.Ann, It.IsAny<CancellationToken>()), Times.Once);
        _scene.Admins.Verify(a => a.CheckForChangeAsync(PageScene.Site, GitLabScene.Ann, It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task Shows_nothing_of_an_earlier_install()
    {
        await _scene.GitLab.LinkAsync(test.CancellationToken);
        _scene.User = _scene.User! with { Installation = PageScene.Site with { Epoch = 2 } };

        var answer = await _scene.LinksAsync();

        Assert.AreEqual(200, answer.Status);
        Assert.IsEmpty(answer.Json["links"]!.AsArray());
    }

    [TestMethod]
    public async Task Shows_nothing_to_strangers()
    {
        await _scene.GitLab.LinkAsync(test.CancellationToken);
        _scene.Verdict = SiteAdminVerdict.NotAdmin;
        var asUser = new[] { await _scene.LinksAsync(), await _scene.GroupsAsync(""), await _scene.SignInStatusAsync() };
        _scene.User = null;
        var asNobody = new[] { await _scene.LinksAsync(), await _scene.GroupsAsync(""), await _scene.SignInStatusAsync(), await _scene.UnlinkAsync(Guid.NewGuid()) };

        Assert.IsTrue(Array.TrueForAll(asUser, answer => answer.Status == 403 && answer.Reason == "not_site_admin"));
        Assert.IsTrue(Array.TrueForAll(asNobody, answer => answer.Status == 401));
        Assert.IsTrue(asUser.Concat(asNobody).All(answer => !answer.Text.Contains("acme", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Lists_groups_and_marks_those_that_need_no_link()
    {
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        await _scene.GitLab.LinkAsync(test.CancellationToken, "acme", 5);
        var leaving = await _scene.GitLab.LinkAsync(test.CancellationToken, "old", 8);
        await _scene.GitLab.Removal.BeginAsync(leaving.ClientKey, leaving.Id, "test", test.CancellationToken);
        _scene.GitLab.Http.On($"{Groups}&page=2&search=ac%20me", """
            [{"id":5,"name":"Acme","full_name":"Acme","full_path":"acme"},{"id":6,"full_path":"acme/web"},{"id":7,"full_path":"free","description":"d"},{"id":9,"full_path":"old/part"}]
            """, ("Link", "<https://gitlab.test/api/v4/groups?page=3>; rel=\"next\""), ("x-total", "24"));

        var answer = await _scene.GroupsAsync("?search=%20ac%20me%20&page=2");

        var groups = answer.Json["groups"]!.AsArray();
        Assert.AreEqual("acme linked , acme/web covered acme, free available , old/part cleaning_up old", string.Join(", ", groups.Select(g => $"{g!["fullPath"]} {g["status"]} {g["because"]}")));
        Assert.AreEqual(2, answer.Json["page"]!.GetValue<int>());
        Assert.IsTrue(answer.Json["hasMore"]!.GetValue<bool>());
        Assert.AreEqual(24, answer.Json["total"]!.GetValue<int>());
    }

    [TestMethod]
    [DataRow("?search=ab")]
    [DataRow("")]
    [DataRow("?page=1")]
    public async Task Lists_all_groups_for_a_search_that_is_too_short(string query)
    {
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        _scene.GitLab.Http.On($"{Groups}&page=1", "[]");

        var answer = await _scene.GroupsAsync(query);

        Assert.AreEqual(200, answer.Status);
    }

    [TestMethod]
    [DataRow("?page=0", "page")]
    [DataRow("?page=-1", "page")]
    [DataRow("?page=x", "page")]
    [DataRow("?page=99999999999", "page")]
    public async Task Refuses_a_bad_page(string query, string field)
    {
        var answer = await _scene.GroupsAsync(query);

        Assert.AreEqual(422, answer.Status);
        Assert.AreEqual("bad_field", answer.Reason);
        Assert.AreEqual(field, answer.Json["field"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Refuses_an_endless_search()
    {
        var answer = await _scene.GroupsAsync($"?search={new string('a', 201)}");

        Assert.AreEqual(422, answer.Status);
    }

    [TestMethod]
    public async Task Lists_no_groups_without_a_sign_in()
    {
        var answer = await _scene.GroupsAsync("");

        Assert.AreEqual(401, answer.Status);
        Assert.AreEqual("not_signed_in", answer.Reason);
    }

    [TestMethod]
    public async Task Asks_for_a_sign_in_when_GitLab_refuses_the_user()
    {
        var grant = await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        await _scene.GitLab.Store.TryWriteAsync(grant with { Refusals = 3 }, test.CancellationToken);
        _scene.GitLab.Http.On($"{Groups}&page=1", HttpStatusCode.Unauthorized);
        _scene.GitLab.Http.On(GitLabScene.Token, HttpStatusCode.BadRequest, GitLabScene.InvalidGrant);

        var answer = await _scene.GroupsAsync("");

        Assert.AreEqual(401, answer.Status);
        Assert.AreEqual("not_signed_in", answer.Reason);
    }
}
