using System.Net;
using System.Text.Json.Nodes;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using Moq;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class LinkHooksTests(TestContext test)
{
    private const string GroupHooks = $"{GitLabScene.Api}groups/5/hooks";
    private const string ProjectHooks = $"{GitLabScene.Api}projects/7/hooks";

    private static readonly string[] Wanted =
        ["push_events", "merge_requests_events", "note_events", "pipeline_events", "deployment_events", "feature_flag_events", "project_events", "subgroup_events", "member_events"];

    private readonly GitLabScene _scene = new();

    [TestMethod]
    public async Task Places_a_hook_on_the_group_with_every_flag_and_both_secrets()
    {
        var link = await SignedInLinkAsync();
        _scene.Http.On($"GET {GroupHooks}?per_page=100", """[{"id":1,"url":"https://elsewhere.test/hook"}]""");
        _scene.Http.On($"POST {GroupHooks}", HttpStatusCode.Created, """{"id":42,"token_present":true,"signing_token_present":true}""");

        var placement = await _scene.Hooks.PlaceAsync(link, test.CancellationToken);

        var body = Body();
        var secrets = await _scene.Links.HookSecretsAsync(link, test.CancellationToken);
        Assert.AreEqual(new HookPlacement(HookKind.Group, 42), placement);
        Assert.AreEqual($"https://app.test/gitlab/webhooks/{link.Id:D}", body["url"]!.GetValue<string>());
        Assert.AreEqual(secrets[0].Token, body["token"]!.GetValue<string>());
        Assert.AreEqual(secrets[0].SigningToken, body["signing_token"]!.GetValue<string>());
        Assert.IsTrue(body["enable_ssl_verification"]!.GetValue<bool>());
        Assert.HasCount(20, body.Where(flag => flag.Key.EndsWith("_events", StringComparison.Ordinal)));
        CollectionAssert.AreEquivalent(Wanted, body.Where(flag => flag.Key.EndsWith("_events", StringComparison.Ordinal) && flag.Value!.GetValue<bool>()).Select(flag => flag.Key).ToArray());
    }

    [TestMethod]
    public async Task Adopts_a_hook_of_an_earlier_attempt_and_removes_doubles()
    {
        var link = await SignedInLinkAsync();
        _scene.Http.On($"GET {GroupHooks}?per_page=100", $$"""
            [{"id":9,"url":"https://app.test/gitlab/webhooks/{{link.Id:D}}"},{"id":8,"url":"https://old.test/gitlab/webhooks/{{link.Id:D}}"},
             {"id":7,"url":"https://app.test/gitlab/webhooks/{{Guid.NewGuid():D}}"}]
            """);
        _scene.Http.On($"PUT {GroupHooks}/8", """{"id":8,"token_present":true,"signing_token_present":true}""");
        _scene.Http.On($"DELETE {GroupHooks}/9", HttpStatusCode.NoContent);

        var placement = await _scene.Hooks.PlaceAsync(link, test.CancellationToken);

        Assert.AreEqual(8, placement.GroupHookId);
        Assert.IsNotNull(Body()["token"]);
        Assert.IsNotNull(Body()["signing_token"]);
        _scene.Http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Forbidden, DisplayName = "a Maintainer who is no Owner")]
    [DataRow(HttpStatusCode.NotFound, DisplayName = "a group without Premium")]
    public async Task Falls_back_to_hooks_on_projects(HttpStatusCode status)
    {
        var link = await SignedInLinkAsync();
        _scene.Http.On($"GET {GroupHooks}?per_page=100", status);

        var placement = await _scene.Hooks.PlaceAsync(link, test.CancellationToken);

        Assert.AreEqual(new HookPlacement(HookKind.Project, null), placement);
    }

    [TestMethod]
    public async Task Falls_back_when_only_the_creation_is_refused()
    {
        var link = await SignedInLinkAsync();
        _scene.Http.On($"GET {GroupHooks}?per_page=100", "[]");
        _scene.Http.On($"POST {GroupHooks}", HttpStatusCode.Forbidden);

        var placement = await _scene.Hooks.PlaceAsync(link, test.CancellationToken);

        Assert.AreEqual(HookKind.Project, placement.Kind);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.UnprocessableEntity, "", GitLabFailure.Refused)]
    [DataRow(HttpStatusCode.BadGateway, "", GitLabFailure.Unavailable)]
    [DataRow(HttpStatusCode.Created, """{"id":42,"token_present":false}""", GitLabFailure.Refused)]
    [DataRow(HttpStatusCode.Created, "<html>", GitLabFailure.Unavailable)]
    public async Task Says_why_a_hook_is_not_placed(HttpStatusCode status, string body, GitLabFailure expected)
    {
        var link = await SignedInLinkAsync();
        _scene.Http.On($"GET {GroupHooks}?per_page=100", "[]");
        _scene.Http.On($"POST {GroupHooks}", status, body);

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.Hooks.PlaceAsync(link, test.CancellationToken));

        Assert.AreEqual(expected, exception.Failure);
    }

    [TestMethod]
    public async Task Accepts_an_older_GitLab_that_signs_nothing_and_says_so_in_the_log()
    {
        var link = await SignedInLinkAsync();
        _scene.Http.On($"GET {GroupHooks}?per_page=100", "[]");
        _scene.Http.On($"POST {GroupHooks}", HttpStatusCode.Created, """{"id":42}""");

        var placement = await _scene.Hooks.PlaceAsync(link, test.CancellationToken);

        Assert.AreEqual(42, placement.GroupHookId);
        var secrets = await _scene.Links.HookSecretsAsync(link, test.CancellationToken);
        var logged = string.Join('\n', _scene.Logs.GetSnapshot().Select(record => record.Message));
        Assert.Contains("is not signed", logged);
        Assert.DoesNotContain(secrets[0].Token, logged);
    }

    [TestMethod]
    public async Task Places_a_hook_on_a_project_and_keeps_its_id()
    {
        var link = await SignedInLinkAsync(HookKind.Project);
        _scene.Projects.Setup(projects => projects.FindAsync(link.Id, 7, It.IsAny<CancellationToken>())).ReturnsAsync(new LinkedProject(link.Id, 7, "acme/shop", null, "ok"));
        _scene.Projects.Setup(projects => projects.SaveAsync(new LinkedProject(link.Id, 7, "acme/shop", 42, "ok"), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        _scene.Http.On($"GET {ProjectHooks}?per_page=100", "[]");
        _scene.Http.On($"POST {ProjectHooks}", HttpStatusCode.Created, """{"id":42,"token_present":true,"signing_token_present":true}""");

        await _scene.Hooks.EnsureProjectHookAsync(link, 7, test.CancellationToken);

        Assert.IsFalse(Body().ContainsKey("subgroup_events"));
        Assert.HasCount(17, Body().Where(flag => flag.Key.EndsWith("_events", StringComparison.Ordinal)));
        _scene.Projects.VerifyAll();
    }

    [TestMethod]
    public async Task Leaves_a_project_hook_alone_that_stands_as_we_left_it()
    {
        var link = await SignedInLinkAsync(HookKind.Project);
        _scene.Projects.Setup(projects => projects.FindAsync(link.Id, 7, It.IsAny<CancellationToken>())).ReturnsAsync(new LinkedProject(link.Id, 7, "acme/shop", 42, null));
        _scene.Http.On($"GET {ProjectHooks}?per_page=100", $$"""[{"id":42,"url":"https://app.test/gitlab/webhooks/{{link.Id:D}}","alert_status":"executable","token_present":true}]""");

        await _scene.Hooks.EnsureProjectHookAsync(link, 7, test.CancellationToken);

        Assert.HasCount(1, _scene.Http.Requests);
    }

    [TestMethod]
    public async Task Asks_for_no_project_hook_beside_a_group_hook()
    {
        var link = await SignedInLinkAsync();

        await _scene.Hooks.EnsureProjectHookAsync(link, 7, test.CancellationToken);

        Assert.IsEmpty(_scene.Http.Requests);
    }

    [TestMethod]
    public async Task Does_without_a_hook_on_an_archived_project()
    {
        var link = await SignedInLinkAsync(HookKind.Project);
        _scene.Projects.Setup(projects => projects.FindAsync(link.Id, 7, It.IsAny<CancellationToken>())).ReturnsAsync((LinkedProject?)null);
        _scene.Http.On($"GET {ProjectHooks}?per_page=100", "[]");
        _scene.Http.On($"POST {ProjectHooks}", HttpStatusCode.Forbidden);
        _scene.Http.On($"GET {GitLabScene.Api}projects/7", """{"id":7,"archived":true}""");

        await _scene.Hooks.EnsureProjectHookAsync(link, 7, test.CancellationToken);

        _scene.Http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow(HttpStatusCode.NoContent)]
    [DataRow(HttpStatusCode.NotFound)]
    [DataRow(HttpStatusCode.Forbidden)]
    public async Task Removes_a_group_hook_as_far_as_GitLab_allows(HttpStatusCode status)
    {
        var link = await SignedInLinkAsync() with { GroupHookId = 42 };
        _scene.Http.On($"DELETE {GroupHooks}/42", status);
        _scene.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", """{"access_level":40}""");

        await _scene.Hooks.RemoveAsync(link, test.CancellationToken);

        Assert.AreEqual(HttpMethod.Delete, _scene.Http.Requests[0].Method);
    }

    [TestMethod]
    public async Task Looks_for_hooks_of_a_link_that_was_never_finished()
    {
        var link = await SignedInLinkAsync(HookKind.None);
        _scene.Http.On($"GET {GroupHooks}?per_page=100", $$"""[{"id":9,"url":"https://app.test/gitlab/webhooks/{{link.Id:D}}"}]""");
        _scene.Http.On($"DELETE {GroupHooks}/9", HttpStatusCode.NoContent);

        await _scene.Hooks.RemoveAsync(link, test.CancellationToken);

        _scene.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Removes_the_hooks_of_all_projects()
    {
        var link = await SignedInLinkAsync(HookKind.Project);
        _scene.Projects.Setup(projects => projects.ListAsync(link.Id, It.IsAny<CancellationToken>()))
            .Returns(new[] { new LinkedProject(link.Id, 7, "a", 42, null), new LinkedProject(link.Id, 8, "b", null, null) }.ToAsyncEnumerable());
        _scene.Http.On($"DELETE {ProjectHooks}/42", HttpStatusCode.NoContent);
        _scene.Http.On($"GET {GitLabScene.Api}projects/8/hooks?per_page=100", "[]");

        await _scene.Hooks.RemoveAsync(link, test.CancellationToken);

        _scene.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Fails_a_removal_that_may_work_later()
    {
        var link = await SignedInLinkAsync() with { GroupHookId = 42 };
        _scene.Http.On($"DELETE {GroupHooks}/42", HttpStatusCode.BadGateway);

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _scene.Hooks.RemoveAsync(link, test.CancellationToken));
    }

    [TestMethod]
    public async Task Ends_without_a_grant()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);

        await _scene.Hooks.RemoveAsync(link, test.CancellationToken);

        Assert.IsEmpty(_scene.Http.Requests);
    }

    private async Task<Link> SignedInLinkAsync(HookKind kind = HookKind.Group)
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        return await _scene.LinkAsync(test.CancellationToken, kind: kind);
    }

    private JsonObject Body() => JsonNode.Parse(_scene.Http.Requests.Single(request => request.Method == HttpMethod.Post || request.Method == HttpMethod.Put).Body!)!.AsObject();
}
