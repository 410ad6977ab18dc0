using GitLabJira.Functions.CleanUp;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Tests.Jira.Installations;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace GitLabJira.Functions.Tests.CleanUp;

[TestClass]
public sealed class LinkCleanUpActivitiesTests
{
    private static readonly Link Unlinking = new()
    {
        Id = Guid.NewGuid(),
        ClientKey = "tenant-1",
        InstallationEpoch = 1,
        Host = new Uri("https://gitlab.com"),
        GroupId = 7,
        GroupPath = "group",
        Epoch = 4,
        State = LinkState.Unlinking,
        ActiveRunId = "run",
        LinkedByAccountId = "account-1",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static readonly LinkCleanUpInput Input = new() { ClientKey = "tenant-1", LinkId = Unlinking.Id, Epoch = 4 };

    private readonly CancellationToken _cancel;
    private readonly Mock<ILinks> _links = new(MockBehavior.Strict);
    private readonly Mock<ILinkRemoval> _removal = new();
    private readonly Mock<IProjects> _projects = new();
    private readonly Mock<ISyncRuns> _runs = new();
    private readonly Mock<IHooks> _hooks = new();
    private readonly Mock<IJiraCleanUp> _jira = new();
    private readonly Mock<IInstallations> _installations = new();
    private readonly Mock<DurableTaskClient> _durable = new("test");
    private readonly LinkCleanUpActivities _activities;

    public LinkCleanUpActivitiesTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _activities = new(_links.Object, _removal.Object, _projects.Object, _runs.Object, _hooks.Object, _jira.Object, _installations.Object, NullLogger<LinkCleanUpActivities>.Instance);
        Stands(Unlinking);
        Installed(Samples.Installation);
        _links.Setup(l => l.ListAsync("tenant-1", It.IsAny<CancellationToken>())).Returns(new[] { Unlinking }.ToAsyncEnumerable());
    }

    [TestMethod]
    public async Task Touches_nothing_of_a_link_that_was_made_anew_or_is_gone()
    {
        foreach (var link in new[] { null, Unlinking with { Epoch = 5 }, Unlinking with { State = LinkState.Active } })
        {
            Stands(link);

            Assert.IsTrue(await _activities.StopLinkSync(new StopLinkSyncInput(Input, Force: true), _durable.Object, _cancel));
            await _activities.RemoveLinkHooks(Input, _cancel);
            await _activities.DropLinkOutbox(Input, _cancel);
            Assert.IsNull((await _activities.DeleteLinkAtJira(Input, _cancel)).WaitFor);
            Assert.IsFalse(await _activities.LinkExistsAtJira(Input, _cancel));
            await _activities.RemoveLinkRows(Input, _cancel);
        }

        _durable.VerifyNoOtherCalls();
        _hooks.VerifyNoOtherCalls();
        _jira.VerifyNoOtherCalls();
        _projects.VerifyNoOtherCalls();
        _runs.VerifyNoOtherCalls();
        _removal.VerifyNoOtherCalls();
    }

    [TestMethod]
    [DataRow(null, true)]
    [DataRow(OrchestrationRuntimeStatus.Completed, true)]
    [DataRow(OrchestrationRuntimeStatus.Failed, true)]
    [DataRow(OrchestrationRuntimeStatus.Terminated, true)]
    [DataRow(OrchestrationRuntimeStatus.Running, false)]
    [DataRow(OrchestrationRuntimeStatus.Pending, false)]
    public async Task Tells_whether_the_sync_has_ended(OrchestrationRuntimeStatus? status, bool ended)
    {
        SyncIs(status);

        Assert.AreEqual(ended, await _activities.StopLinkSync(new StopLinkSyncInput(Input, Force: false), _durable.Object, _cancel));

        _durable.Verify(d => d.TerminateInstanceAsync(It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task Terminates_the_sync_when_it_must_and_lives_with_a_refusal()
    {
        SyncIs(OrchestrationRuntimeStatus.Running);
        _durable.Setup(d => d.TerminateInstanceAsync(SyncRun.InstanceId(Unlinking.Id, "run"), (object?)"unlinked", It.IsAny<CancellationToken>())).ThrowsAsync(new InvalidOperationException("It has ended."));

        Assert.IsFalse(await _activities.StopLinkSync(new StopLinkSyncInput(Input, Force: true), _durable.Object, _cancel));

        _durable.Verify(d => d.TerminateInstanceAsync(SyncRun.InstanceId(Unlinking.Id, "run"), (object?)"unlinked", It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Deletes_all_but_the_repositories_that_another_link_shows()
    {
        var other = Unlinking with { Id = Guid.NewGuid(), State = LinkState.Active, HostTag = "ab12" };
        var leaving = Unlinking with { Id = Guid.NewGuid() };
        _links.Setup(l => l.ListAsync("tenant-1", It.IsAny<CancellationToken>())).Returns(new[] { Unlinking, other, leaving }.ToAsyncEnumerable());
        Shows(Unlinking, 1, 2);
        Shows(other, 2, 3);
        Shows(leaving, 1, 4);
        _jira.Setup(j => j.DeleteAtJiraAsync(Unlinking, It.Is<IReadOnlySet<string>>(ids => ids.SetEquals(new[] { "ab12-2", "ab12-3" })), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(TimeSpan.FromSeconds(7));

        var deletion = await _activities.DeleteLinkAtJira(Input, _cancel);

        Assert.AreEqual(TimeSpan.FromSeconds(7), deletion.WaitFor);
    }

    [TestMethod]
    public async Task Leaves_Jira_alone_when_the_data_is_not_this_links_any_more()
    {
        Stands(Unlinking with { InheritedBy = Guid.NewGuid() });
        Assert.IsNull((await _activities.DeleteLinkAtJira(Input, _cancel)).WaitFor);

        Stands(Unlinking);

        foreach (var installation in new[] { null, Samples.Installation with { State = InstallationState.Uninstalled }, Samples.Installation with { Epoch = 2 } })
        {
            Installed(installation);
            Assert.IsNull((await _activities.DeleteLinkAtJira(Input, _cancel)).WaitFor);
            Assert.IsFalse(await _activities.LinkExistsAtJira(Input, _cancel));
        }

        _jira.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task Removes_the_links_own_row_last()
    {
        var order = new List<string>();
        _jira.Setup(j => j.DropOutboxAsync(Unlinking, It.IsAny<CancellationToken>())).Callback(() => order.Add("outbox")).Returns(Task.CompletedTask);
        _jira.Setup(j => j.DropSentAsync(Unlinking, It.IsAny<CancellationToken>())).Callback(() => order.Add("sent")).Returns(Task.CompletedTask);
        _projects.Setup(p => p.DropAsync(Unlinking.Id, It.IsAny<CancellationToken>())).Callback(() => order.Add("projects")).Returns(Task.CompletedTask);
        _runs.Setup(r => r.DropAsync(Unlinking.Id, It.IsAny<CancellationToken>())).Callback(() => order.Add("runs")).Returns(Task.CompletedTask);
        _removal.Setup(r => r.RemoveAsync(Unlinking, It.IsAny<CancellationToken>())).Callback(() => order.Add("link")).Returns(Task.CompletedTask);

        await _activities.RemoveLinkRows(Input, _cancel);

        Assert.AreEqual("outbox, sent, projects, runs, link", string.Join(", ", order));
    }

    private void Stands(Link? link) => _links.Setup(l => l.GetAsync("tenant-1", Unlinking.Id, It.IsAny<CancellationToken>())).ReturnsAsync(link);

    private void Installed(Installation? installation) => _installations.Setup(i => i.FindAsync("tenant-1", true, It.IsAny<CancellationToken>())).ReturnsAsync(installation);

    private void Shows(Link link, params long[] projects) =>
        _projects.Setup(p => p.ListAsync(link.Id, It.IsAny<CancellationToken>()))
            .Returns(projects.Select(project => new LinkedProject(link.Id, project, "path", HookId: null, LastResult: null)).ToAsyncEnumerable());

    private void SyncIs(OrchestrationRuntimeStatus? status) =>
        _durable.Setup(d => d.GetInstanceAsync(SyncRun.InstanceId(Unlinking.Id, "run"), false, It.IsAny<CancellationToken>()))
            .ReturnsAsync(status is { } known ? new OrchestrationMetadata(SyncRun.Orchestration, "run") { RuntimeStatus = known } : null);
}
