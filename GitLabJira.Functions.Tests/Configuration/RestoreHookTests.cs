using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;

namespace GitLabJira.Functions.Tests.Configuration;

[TestClass]
public sealed class RestoreHookTests(TestContext test)
{
    private const string Hooks = $"{GitLabScene.Api}groups/5/hooks";

    private readonly PageScene _scene = new();

    [TestMethod]
    public async Task Places_the_hook_again_and_has_the_gap_looked_at_now()
    {
        var link = await RemovedAsync();
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");
        _scene.GitLab.Http.On($"POST {Hooks}", HttpStatusCode.Created, """{"id":43,"token_present":true,"signing_token_present":true}""");

        var answer = await _scene.RestoreHookAsync(link.Id);

        var state = (await _scene.GitLab.Repairs.FindAsync(link.Id, test.CancellationToken))!;
        Assert.AreEqual((200, "hook_restored", "active"), (answer.Status, answer.Reason, answer.Json["link"]!["state"]!.GetValue<string>()));
        Assert.AreEqual((LinkState.Active, null, 43L), ((await RowAsync(link)).State, (await RowAsync(link)).StateReason, (await RowAsync(link)).GroupHookId));
        Assert.AreEqual((GitLabScene.Start, true), (state.DueAt, state.HasGap));
        Assert.IsEmpty(_scene.Started);
    }

    [TestMethod]
    public async Task Where_projects_carry_the_hooks_a_sync_places_them()
    {
        var link = await RemovedAsync(HookKind.Project);
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", HttpStatusCode.NotFound);
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", """{"id":1,"access_level":40}""");

        var answer = await _scene.RestoreHookAsync(link.Id);

        Assert.AreEqual(200, answer.Status);
        Assert.AreEqual((LinkState.Active, HookKind.Project), ((await RowAsync(link)).State, (await RowAsync(link)).HookKind));
        Assert.AreEqual(SyncRun.Orchestration, _scene.Started.Single().Name);
    }

    [TestMethod]
    public async Task Leaves_the_state_alone_while_GitLab_does_not_take_the_hook()
    {
        var link = await RemovedAsync();
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");
        _scene.GitLab.Http.On($"POST {Hooks}", HttpStatusCode.ServiceUnavailable);

        var answer = await _scene.RestoreHookAsync(link.Id);

        Assert.AreEqual((503, "gitlab_unavailable"), (answer.Status, answer.Reason));
        Assert.AreEqual(LinkState.HookRemoved, (await RowAsync(link)).State);
    }

    [TestMethod]
    public async Task Is_for_site_admins_and_their_own_links_only()
    {
        var link = await RemovedAsync();

        Assert.AreEqual((404, "link_not_found"), ((await _scene.RestoreHookAsync(Guid.NewGuid())).Status, (await _scene.RestoreHookAsync(Guid.NewGuid())).Reason));
        _scene.Verdict = SiteAdminVerdict.NotAdmin;
        Assert.AreEqual(403, (await _scene.RestoreHookAsync(link.Id)).Status);
        _scene.User = null;
        Assert.AreEqual(401, (await _scene.RestoreHookAsync(link.Id)).Status);
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
    }

    [TestMethod]
    public async Task The_list_says_when_a_link_was_reconciled_last()
    {
        var link = await RemovedAsync();
        await _scene.GitLab.Repairs.UpdateAsync(link.ClientKey, link.Id, state => state with { LastAt = GitLabScene.Start, Repaired = 12 }, test.CancellationToken);

        var shown = (await _scene.LinksAsync()).Json["links"]![0]!["reconciled"]!;

        Assert.AreEqual((GitLabScene.Start, 12), (shown["at"]!.GetValue<DateTimeOffset>(), shown["repaired"]!.GetValue<int>()));
    }

    private async Task<Link> RemovedAsync(HookKind kind = HookKind.Group)
    {
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "token", test.CancellationToken);
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken, kind: kind);
        return (await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { State = LinkState.HookRemoved, StateReason = "removed" }, test.CancellationToken))!;
    }

    private async Task<Link> RowAsync(Link link) => (await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!;
}
