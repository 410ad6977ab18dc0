using System.Net;
using GitLabJira.Functions.Configuration;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;
using GitLabJira.Functions.Trail;
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
            "sync":{"state":"running","total":45,"done":20,"failed":1,"why":"why","startedAt":"2026-11-22T12:00:00+00:00","id":"run","wave":0,"perMinute":20,"secondsLeft":120}
            """, answer.Text);
        _scene.Admins.Verify(a => a.CheckForReadAsync(PageScene.Site, GitLabScene.Ann, It.IsAny<CancellationToken>()), Times.Once);
        _scene.Admins.Verify(a => a.CheckForChangeAsync(PageScene.Site, GitLabScene.Ann, It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task Says_of_a_link_where_it_is_who_made_it_and_when_something_last_came_and_went()
    {
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "token", test.CancellationToken);
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        _scene.Names.Name = "Ann of Jira";
        var trail = new TrailStore(_scene.GitLab.Tables.Tables, _scene.GitLab.Clock, _scene.GitLab.Log<TrailStore>());
        trail.Add(new TrailNote { Subject = TrailSubject.OfLink(link.Id), Event = TrailEvent.NoKey, DeliveryId = "d", ReceivedAt = GitLabScene.Start.AddSeconds(-9) });
        _scene.GitLab.Clock.Advance(TimeSpan.FromSeconds(5));
        trail.Add(new TrailNote { Subject = TrailSubject.OfLink(link.Id), Event = TrailEvent.Sent });
        await trail.WriteAsync();
        await _scene.GitLab.Repairs.UpdateAsync(link.ClientKey, link.Id, state => state with { Hook = HookHealth.Revived, HookAt = GitLabScene.Start }, test.CancellationToken);

        var shown = (await _scene.LinksAsync()).Json["links"]![0]!;
        await _scene.LinksAsync();

        Assert.AreEqual("https://gitlab.test", (string?)shown["host"]);
        Assert.AreEqual("in_sync", (string?)shown["status"]);
        Assert.IsNull(shown["help"]);
        Assert.AreEqual("""{"name":"Ann of Jira","gitLabUsername":"user1"}""", shown["linkedBy"]!.ToJsonString());
        Assert.AreEqual("works", (string?)shown["hookHealth"]!["state"]);
        Assert.AreEqual(GitLabScene.Start.AddSeconds(-9), (DateTimeOffset)shown["lastEventAt"]!);
        Assert.AreEqual(GitLabScene.Start.AddSeconds(5), (DateTimeOffset)shown["lastDeliveryAt"]!);
        Assert.AreEqual(1, _scene.Names.Asked, "A page that is open asks every few seconds.");
        Assert.IsTrue(_scene.GitLab.Tables.Rows("Links").All(row => !row.ToJsonString().Contains("Ann of Jira", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Lists_links_whatever_Jira_says_of_people()
    {
        await _scene.GitLab.LinkAsync(test.CancellationToken);
        _scene.Names.Unknown = HttpStatusCode.BadGateway;

        var shown = (await _scene.LinksAsync()).Json["links"]![0]!;

        Assert.IsNull(shown["linkedBy"]);
        Assert.AreEqual("unknown", (string?)shown["hookHealth"]!["state"]);
        Assert.IsNull(shown["lastEventAt"]);
    }

    [TestMethod]
    [DataRow(LinkState.Linking, null, null, 0, "works", "linking", "gitlab_unavailable", "wait")]
    [DataRow(LinkState.Unlinking, null, null, 0, "works", "unlinking", "unlinked", "wait")]
    [DataRow(LinkState.Broken, null, null, 0, "works", "broken", "other", "relink")]
    [DataRow(LinkState.NeedsSignIn, SyncRunState.Waiting, "needs_sign_in", 0, "works", "needs_sign_in", "needs_sign_in", "sign_in")]
    [DataRow(LinkState.HookRemoved, null, null, 0, "removed", "hook_removed", "hook_removed", "restore_hook")]
    [DataRow(LinkState.Active, SyncRunState.Listing, null, 0, "works", "syncing", "sync_running", null)]
    [DataRow(LinkState.Active, SyncRunState.Running, null, 3, "off", "syncing", "sync_running", null)]
    [DataRow(LinkState.Active, SyncRunState.Waiting, "host_busy", 0, "works", "waiting", "host_busy", "wait")]
    [DataRow(LinkState.Active, SyncRunState.Waiting, "needs_sign_in", 0, "works", "waiting", "needs_sign_in", "sign_in")]
    [DataRow(LinkState.Active, SyncRunState.Failed, "gave_up", 0, "works", "broken", "sync_failed", "resync")]
    [DataRow(LinkState.Active, SyncRunState.Completed, null, 2, "works", "broken", "projects_failed", "retry")]
    [DataRow(LinkState.Active, SyncRunState.Completed, null, 0, "off", "in_sync", "hook_off", "wait")]
    [DataRow(LinkState.Active, SyncRunState.Completed, null, 0, "removed", "in_sync", "hook_removed", "restore_hook")]
    [DataRow(LinkState.Active, null, null, 0, "unknown", "in_sync", null, null)]
    public void Says_how_a_link_stands_why_and_what_helps(LinkState state, SyncRunState? run, string? code, int failed, string hook, string status, string? reason, string? help)
    {
        var ended = run is SyncRunState.Failed or SyncRunState.Completed ? GitLabScene.Start : (DateTimeOffset?)null;
        var link = _scene.GitLab.NewLink() with { State = state };
        var progress = run is { } known
            ? new SyncRunProgress { LinkId = link.Id, RunId = "run", State = known, StartedAt = GitLabScene.Start, EndedAt = ended, ReasonCode = code, ProjectsFailed = failed }
            : null;

        Assert.AreEqual(new LinkStatus(status, reason, help), LinkStatus.Of(link, progress, hasFailedProjects: failed > 0, hook));
    }

    [TestMethod]
    public async Task Tells_a_lost_role_from_a_missing_sign_in()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { State = LinkState.NeedsSignIn, StateReason = GrantAccess.RoleLost }, test.CancellationToken);

        var shown = (await _scene.LinksAsync()).Json["links"]![0]!;

        Assert.AreEqual(("needs_sign_in", "role_lost", "sign_in"), ((string?)shown["status"], (string?)shown["statusReason"], (string?)shown["help"]));
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
