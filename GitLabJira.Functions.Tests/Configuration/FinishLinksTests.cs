using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Tests.GitLab;
using Moq;

namespace GitLabJira.Functions.Tests.Configuration;

[TestClass]
public sealed class FinishLinksTests(TestContext test)
{
    private const string Hooks = $"{GitLabScene.Api}groups/5/hooks";

    private readonly PageScene _scene = new();

    [TestMethod]
    public async Task Leaves_a_request_alone_that_may_still_be_at_work()
    {
        await InterruptedAsync();
        _scene.GitLab.Clock.Advance(TimeSpan.FromSeconds(119));

        await _scene.FinishAsync();

        Assert.IsEmpty(_scene.GitLab.Http.Requests);
        Assert.AreEqual(LinkState.Linking, (await RowAsync())!.State);
    }

    [TestMethod]
    public async Task Finishes_a_linking_that_was_interrupted_before_its_hook()
    {
        await InterruptedAsync();
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(3));
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");
        _scene.GitLab.Http.On($"POST {Hooks}", HttpStatusCode.Created, """{"id":42,"token_present":true}""");

        await _scene.FinishAsync();

        Assert.AreEqual(LinkState.Active, (await RowAsync())!.State);
        Assert.AreEqual(SyncRun.Orchestration, _scene.Started.Single().Name);
    }

    [TestMethod]
    public async Task Completes_the_index_of_a_linking_that_was_interrupted_right_after_its_row()
    {
        _scene.GitLab.Tables.BeforeWrite = write => _ = write.EndsWith(" LinkIndex", StringComparison.Ordinal) ? throw new InvalidOperationException("The process died.") : 0;
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => InterruptedAsync());
        _scene.GitLab.Tables.BeforeWrite = null;
        var link = (await RowAsync())!;
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(3));
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");
        _scene.GitLab.Http.On($"POST {Hooks}", HttpStatusCode.Created, """{"id":42,"token_present":true}""");

        await _scene.FinishAsync();

        // A webhook names nothing but the link.
        Assert.AreEqual(LinkLookup.Known, (await _scene.GitLab.Links.FindAsync(link.Id, fresh: true, test.CancellationToken)).Lookup);
    }

    [TestMethod]
    public async Task Adopts_the_hook_of_a_linking_that_was_interrupted_after_it()
    {
        var link = await InterruptedAsync();
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(3));
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", $$"""[{"id":42,"url":"https://app.test/gitlab/webhooks/{{link.Id:D}}"}]""");
        _scene.GitLab.Http.On($"PUT {Hooks}/42", """{"id":42,"token_present":true}""");

        await _scene.FinishAsync();

        Assert.AreEqual(42, (await RowAsync())!.GroupHookId);
        _scene.GitLab.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Undoes_a_linking_that_nobody_can_finish()
    {
        await InterruptedAsync(signedIn: false);
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(3));

        await _scene.FinishAsync();

        Assert.IsNull(await RowAsync());
        Assert.IsEmpty(_scene.Started);
    }

    [TestMethod]
    public async Task Keeps_trying_for_an_hour_while_GitLab_does_not_answer()
    {
        await InterruptedAsync();
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(59));
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", HttpStatusCode.BadGateway);
        await _scene.FinishAsync();
        var waiting = await RowAsync();
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(2));
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", HttpStatusCode.BadGateway);

        await _scene.FinishAsync();

        Assert.AreEqual(LinkState.Linking, waiting!.State);
        Assert.IsNull(await RowAsync());
    }

    [TestMethod]
    public async Task Starts_a_sync_that_the_row_names_and_nobody_started()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { ActiveRunId = "run" }, test.CancellationToken);

        await _scene.FinishAsync();
        await _scene.FinishAsync();

        Assert.AreEqual(SyncRun.InstanceId(link.Id, "run"), _scene.Started.Single().InstanceId);
    }

    [TestMethod]
    public async Task Starts_a_clean_up_that_nobody_started_and_completes_the_tombstone()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { State = LinkState.Unlinking, Epoch = 2 }, test.CancellationToken);

        await _scene.FinishAsync();
        await _scene.FinishAsync();

        var input = (LinkCleanUpInput)_scene.Started.Single().Input;
        Assert.AreEqual(link.Id, input.LinkId);
        Assert.AreEqual(2, input.Epoch);
        Assert.AreEqual(LinkLookup.Unlinked, (await _scene.GitLab.Index.FindAsync(link.Id, test.CancellationToken)).Lookup);
    }

    [TestMethod]
    public async Task Leaves_the_links_of_an_uninstalled_site_to_its_own_clean_up()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { State = LinkState.Unlinking, ActiveRunId = "run" }, test.CancellationToken);
        _scene.Installations.Setup(i => i.FindAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(PageScene.Site with { State = InstallationState.Uninstalled });

        await _scene.FinishAsync();

        Assert.IsEmpty(_scene.Started);
    }

    [TestMethod]
    public async Task Goes_on_with_the_next_link_after_a_bad_one()
    {
        var bad = await _scene.GitLab.LinkAsync(test.CancellationToken, "bad", 6);
        var good = await _scene.GitLab.LinkAsync(test.CancellationToken, "good", 7);

        foreach (var link in new[] { bad, good })
        {
            await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { ActiveRunId = "run" }, test.CancellationToken);
        }

        _scene.Durable.Setup(d => d.GetInstanceAsync(SyncRun.InstanceId(bad.Id, "run"), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("storage"));

        await _scene.FinishAsync();

        Assert.AreEqual(SyncRun.InstanceId(good.Id, "run"), _scene.Started.Single().InstanceId);
    }

    private async Task<Link> InterruptedAsync(bool signedIn = true)
    {
        if (signedIn)
        {
            await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        }

        return (await _scene.GitLab.Making.AddAsync(_scene.GitLab.NewLink(), test.CancellationToken)).Link!;
    }

    private ValueTask<Link?> RowAsync() => _scene.GitLab.Links.ListAsync(GitLabScene.ClientKey, test.CancellationToken).FirstOrDefaultAsync(test.CancellationToken);
}
