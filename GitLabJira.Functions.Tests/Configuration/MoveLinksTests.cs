using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;
using Moq;

namespace GitLabJira.Functions.Tests.Configuration;

/// <summary>A site import gives a site a new tenant identity on the same cloud id; a site admin may then move the links (design 8, Install).</summary>
[TestClass]
public sealed class MoveLinksTests
{
    private const string Earlier = "site-0";
    private const string Hooks = $"{GitLabScene.Api}groups/5/hooks";

    private readonly CancellationToken _cancel;
    private readonly PageScene _scene = new();

    public MoveLinksTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _scene.EarlierKeys.Add(Earlier);
        _scene.User = _scene.User! with { Installation = PageScene.Site with { CloudId = "cloud-1" } };
    }

    [TestMethod]
    public async Task Links_here_what_was_linked_under_the_earlier_identity_and_unlinks_it_there()
    {
        var old = await OldLinkAsync("acme", 5);
        await SignInAsync();
        CanLink();

        var answer = await _scene.MoveAsync();

        var heir = (await RowsAsync(GitLabScene.ClientKey)).Single();
        var left = (await RowsAsync(Earlier)).Single();
        Assert.AreEqual((200, "moved"), (answer.Status, answer.Reason));
        Assert.AreEqual("""["acme"]""", answer.Json["moved"]!.ToJsonString());
        Assert.AreEqual((LinkState.Active, 5L), (heir.State, heir.GroupId));
        Assert.AreEqual((old.Id, LinkState.Unlinking, heir.Id), (left.Id, left.State, left.InheritedBy), "Its clean-up leaves Jira alone.");
        Assert.AreEqual($"{SyncRun.Orchestration}, {LinkCleanUp.Orchestration}", string.Join(", ", _scene.Started.Select(started => started.Name)));
        Assert.AreEqual(LinkLookup.Unlinked, (await _scene.GitLab.Links.FindAsync(old.Id, fresh: true, _cancel)).Lookup);
    }

    [TestMethod]
    public async Task What_a_crash_left_half_moved_is_moved_by_the_next_call()
    {
        var old = await OldLinkAsync("acme", 5);
        await SignInAsync();
        var heir = await _scene.GitLab.LinkAsync(_cancel);

        var answer = await _scene.MoveAsync();

        Assert.AreEqual("""["acme"]""", answer.Json["moved"]!.ToJsonString());
        Assert.AreEqual(heir.Id, (await _scene.GitLab.Links.GetAsync(Earlier, old.Id, _cancel))!.InheritedBy);
        Assert.IsEmpty(_scene.GitLab.Http.Requests, "Nothing is linked twice.");
    }

    [TestMethod]
    public async Task A_group_below_one_that_is_linked_here_is_covered_by_it()
    {
        var old = await OldLinkAsync("acme/web", 6);
        await SignInAsync();
        var parent = await _scene.GitLab.LinkAsync(_cancel);

        await _scene.MoveAsync();

        Assert.AreEqual(parent.Id, (await _scene.GitLab.Links.GetAsync(Earlier, old.Id, _cancel))!.InheritedBy);
    }

    [TestMethod]
    public async Task Leaves_with_the_reason_what_the_person_may_not_link()
    {
        var old = await OldLinkAsync("acme", 5);
        await SignInAsync();
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/5?with_projects=false", """{"id":5,"full_path":"acme"}""");
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", """{"id":1,"access_level":30}""");

        var answer = await _scene.MoveAsync();

        Assert.AreEqual("group_not_found", answer.Json["left"]![0]!["reason"]!.GetValue<string>());
        Assert.AreEqual("acme", answer.Json["left"]![0]!["groupPath"]!.GetValue<string>());
        Assert.AreEqual(LinkState.Active, (await _scene.GitLab.Links.GetAsync(Earlier, old.Id, _cancel))!.State);
        Assert.IsEmpty(_scene.Started);
    }

    [TestMethod]
    public async Task Leaves_the_old_link_while_GitLab_does_not_answer()
    {
        var old = await OldLinkAsync("acme", 5);
        await SignInAsync();
        MayLink();
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", HttpStatusCode.BadGateway);

        var answer = await _scene.MoveAsync();

        Assert.AreEqual("linking", answer.Json["left"]![0]!["reason"]!.GetValue<string>());
        Assert.AreEqual(LinkState.Active, (await _scene.GitLab.Links.GetAsync(Earlier, old.Id, _cancel))!.State);
    }

    [TestMethod]
    [DataRow("another site")]
    [DataRow("no cloud id")]
    [DataRow("uninstalled")]
    [DataRow("unlinked")]
    public async Task Moves_nothing_that_is_of_another_site_or_over(string what)
    {
        var old = await OldLinkAsync("acme", 5);
        await SignInAsync();

        switch (what)
        {
            case "another site":
                _scene.EarlierKeys.Clear();
                break;
            case "no cloud id":
                _scene.User = _scene.User! with { Installation = PageScene.Site };
                break;
            case "uninstalled":
                _scene.Installations.Setup(i => i.FindAsync(Earlier, It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(PageScene.Site with { ClientKey = Earlier, State = InstallationState.Uninstalled });
                break;
            default:
                await _scene.GitLab.Removal.BeginAsync(Earlier, old.Id, "test", _cancel);
                break;
        }

        var answer = await _scene.MoveAsync();

        Assert.AreEqual(200, answer.Status);
        Assert.IsEmpty(answer.Json["moved"]!.AsArray());
        Assert.IsEmpty(await RowsAsync(GitLabScene.ClientKey));
        Assert.IsNull((await _scene.LinksAsync()).Json["earlier"]);
    }

    [TestMethod]
    public async Task Shows_on_the_page_what_can_be_moved()
    {
        await OldLinkAsync("beta", 6);
        await OldLinkAsync("acme", 5);

        Assert.AreEqual("""["acme","beta"]""", (await _scene.LinksAsync()).Json["earlier"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Moves_only_for_a_site_admin_who_is_signed_in_to_GitLab()
    {
        await OldLinkAsync("acme", 5);
        var nobody = await _scene.MoveAsync();
        await SignInAsync();
        _scene.Verdict = SiteAdminVerdict.NotAdmin;
        var noAdmin = await _scene.MoveAsync();
        _scene.User = null;
        var stranger = await _scene.MoveAsync();

        Assert.AreEqual((401, "not_signed_in"), (nobody.Status, nobody.Reason));
        Assert.AreEqual((403, "not_site_admin"), (noAdmin.Status, noAdmin.Reason));
        Assert.AreEqual(401, stranger.Status);
        Assert.AreEqual(LinkState.Active, (await RowsAsync(Earlier)).Single().State);
    }

    private async Task<Link> OldLinkAsync(string path, long groupId)
    {
        var added = (await _scene.GitLab.Making.AddAsync(_scene.GitLab.NewLink(path, groupId) with { ClientKey = Earlier }, _cancel)).Link!;
        return (await _scene.GitLab.Making.ActivateAsync(added, link => link with { HookKind = HookKind.Group, GroupHookId = 41 }, _cancel)).Link!;
    }

    private async Task SignInAsync() => await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", _cancel);

    private void MayLink()
    {
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/5?with_projects=false", """{"id":5,"full_path":"acme"}""");
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", """{"id":1,"access_level":40}""");
    }

    private void CanLink()
    {
        MayLink();
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");
        _scene.GitLab.Http.On($"POST {Hooks}", HttpStatusCode.Created, """{"id":42,"token_present":true}""");
    }

    private ValueTask<List<Link>> RowsAsync(string clientKey) => _scene.GitLab.Links.ListAsync(clientKey, _cancel).ToListAsync(_cancel);
}
