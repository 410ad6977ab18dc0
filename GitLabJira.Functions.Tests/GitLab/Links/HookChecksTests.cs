using System.Net;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class HookChecksTests(TestContext test)
{
    private const string GroupHooks = $"{GitLabScene.Api}groups/5/hooks";
    private const string ProjectHooks = $"{GitLabScene.Api}projects/7/hooks";

    private readonly GitLabScene _scene = new();

    [TestMethod]
    [DataRow("executable", HookHealth.Works)]
    [DataRow(null, HookHealth.Works, DisplayName = "An old GitLab that does not tell")]
    public async Task Leaves_a_hook_alone_that_works(string? status, HookHealth expected)
    {
        var link = await LinkAsync();
        Shows(GroupHooks, link, status);

        Assert.AreEqual(expected, await Checks().OfGroupAsync(link, test.CancellationToken));
        _scene.Http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow("disabled")]
    [DataRow("temporarily_disabled")]
    public async Task Brings_a_hook_back_that_was_switched_off(string status)
    {
        var link = await LinkAsync();
        Shows(GroupHooks, link, status);
        _scene.Http.On($"POST {GroupHooks}/8/test/push_events", HttpStatusCode.Created, "{}");

        Assert.AreEqual(HookHealth.Revived, await Checks().OfGroupAsync(link, test.CancellationToken));
        _scene.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task A_hook_whose_test_call_fails_stays_off()
    {
        var link = await LinkAsync();
        Shows(ProjectHooks, link, "disabled");
        _scene.Http.On($"POST {ProjectHooks}/8/test/push_events", HttpStatusCode.UnprocessableEntity, """{"message":"execution expired"}""");

        Assert.AreEqual(HookHealth.Off, await Checks().OfProjectAsync(link, 7, test.CancellationToken));
    }

    [TestMethod]
    public async Task A_hook_that_is_not_in_the_list_was_removed()
    {
        var link = await LinkAsync();
        _scene.Http.On($"GET {GroupHooks}?per_page=100", """[{"id":1,"url":"https://elsewhere.test/hook"}]""");

        Assert.AreEqual(HookHealth.Removed, await Checks().OfGroupAsync(link, test.CancellationToken));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Forbidden)]
    [DataRow(HttpStatusCode.NotFound)]
    public async Task Nothing_is_known_of_hooks_that_GitLab_does_not_show(HttpStatusCode status)
    {
        var link = await LinkAsync();
        _scene.Http.On($"GET {GroupHooks}?per_page=100", status);
        _scene.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", """{"id":1,"access_level":40}""");

        Assert.AreEqual(HookHealth.Unknown, await Checks().OfGroupAsync(link, test.CancellationToken));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Writes_a_hook_with_the_newer_of_two_secrets(bool ofGroup)
    {
        var link = await LinkAsync();
        var issued = HookSecret.New(_scene.Clock.GetUtcNow());
        await _scene.Links.UpdateHookSecretsAsync(link, secrets => [issued, .. secrets], test.CancellationToken);
        link = (await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!;
        Shows(ofGroup ? GroupHooks : ProjectHooks, link, "executable");
        _scene.Http.On($"PUT {(ofGroup ? GroupHooks : ProjectHooks)}/8", """{"id":8,"token_present":true,"signing_token_present":true}""");

        Assert.AreEqual(HookHealth.Works, ofGroup ? await Checks().OfGroupAsync(link, test.CancellationToken) : await Checks().OfProjectAsync(link, 7, test.CancellationToken));

        var written = _scene.Http.Requests.Single(request => request.Method == HttpMethod.Put).Body!;
        Assert.Contains(issued.Token, written);
        Assert.Contains(issued.SigningToken["whsec_".Length..].TrimEnd('='), written.Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.AreEqual(ofGroup, written.Contains("subgroup_events", StringComparison.Ordinal));
        _scene.Http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Forbidden)]
    [DataRow(HttpStatusCode.UnprocessableEntity)]
    public async Task The_older_secret_stays_valid_for_a_hook_that_cannot_be_written(HttpStatusCode status)
    {
        var link = await LinkAsync();
        await _scene.Links.UpdateHookSecretsAsync(link, secrets => [HookSecret.New(_scene.Clock.GetUtcNow()), .. secrets], test.CancellationToken);
        link = (await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!;
        _scene.Clock.Advance(TimeSpan.FromHours(1));
        Shows(GroupHooks, link, "executable");
        _scene.Http.On($"PUT {GroupHooks}/8", status, """{"message":"no"}""");
        _scene.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", """{"id":1,"access_level":40}""");

        Assert.AreEqual(HookHealth.Unknown, await Checks().OfGroupAsync(link, test.CancellationToken));

        link = (await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!;
        Assert.AreEqual(_scene.Clock.GetUtcNow(), (await _scene.Links.HookSecretsAsync(link, test.CancellationToken))[0].IssuedAt);
    }

    private HookChecks Checks() => new(_scene.Access, _scene.Hooks, new GitLabHookWriter(_scene.Http.Client(), KnownInstances.One, _scene.Clock), _scene.Secrets);

    private void Shows(string hooks, Link link, string? status) => _scene.Http.On(
        $"GET {hooks}?per_page=100",
        $$"""[{"id":8,"url":"https://app.test/gitlab/webhooks/{{link.Id:D}}"{{(status is null ? "" : $",\"alert_status\":\"{status}\"")}}}]""");

    private async Task<Link> LinkAsync()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "token", test.CancellationToken);
        return await _scene.LinkAsync(test.CancellationToken);
    }
}
