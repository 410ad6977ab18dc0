using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Tests.GitLab.Hooks;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>What the end or the move of projects and subgroups means for Jira.</summary>
[TestClass]
public sealed class ProjectTranslationTests(TestContext test)
{
    private readonly RelayScene _scene = new();

    [TestMethod]
    public async Task A_destroyed_project_goes_from_Jira_as_a_whole()
    {
        GitLabShows(7, null);

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Destroyed });

        var change = _scene.Delivered.Single();
        Assert.AreEqual((EntityKind.Repository, "7"), (change.Entity.Kind, change.Entity.EntityId));
        Assert.IsNull(change.Body);
    }

    [TestMethod]
    [DataRow(ProjectEvent.Destroyed)]
    [DataRow(ProjectEvent.Transferred)]
    [DataRow(ProjectEvent.Renamed)]
    public async Task A_project_that_is_still_there_stays(ProjectEvent what)
    {
        GitLabShows(7, "acme/forge/anvil");

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = what });

        Assert.IsEmpty(_scene.Delivered);
        _scene.Arrivals.Verify(a => a.ReadAsync(Samples.Link, It.Is<GitLabProject>(p => p.PathWithNamespace == "acme/forge/anvil"), It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    [DataRow(ProjectEvent.Transferred)]
    [DataRow(ProjectEvent.Renamed)]
    [DataRow(ProjectEvent.Updated)]
    public async Task A_project_that_moved_out_of_the_linked_group_goes_and_its_hook_and_row_as_well(ProjectEvent what)
    {
        GitLabShows(7, "elsewhere/anvil");

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = what });

        Assert.AreEqual((EntityKind.Repository, null), (_scene.Delivered.Single().Entity.Kind, _scene.Delivered.Single().Body));
        Assert.IsFalse(_scene.IsKnown);
        _scene.Hooks.Verify(h => h.RemoveProjectHookAsync(Samples.Link, 7, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    [DataRow(LinkState.Active, 0)]
    [DataRow(LinkState.Unlinking, 1)]
    public async Task A_project_that_moved_to_another_linked_group_of_the_site_is_that_links_now(LinkState other, int deletions)
    {
        _scene.OtherLinks.Add(Samples.Link with { Id = Guid.NewGuid(), GroupId = 6, GroupPath = "elsewhere", State = other });
        GitLabShows(7, "elsewhere/anvil");

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Transferred });

        Assert.HasCount(deletions, _scene.Delivered);
        Assert.IsFalse(_scene.IsKnown);
    }

    [TestMethod]
    public async Task A_move_is_looked_at_once_more_when_no_replica_can_lag_behind_it_any_more()
    {
        GitLabShows(7, "acme/anvil");
        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Transferred });
        Assert.IsEmpty(_scene.Delivered);

        GitLabShows(7, "elsewhere/anvil");
        Assert.AreEqual(Settling.Settled, _scene.Queue.Single().Delay);
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);

        Assert.HasCount(1, _scene.Delivered);
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    public async Task A_project_of_which_Jira_never_heard_needs_no_deletion()
    {
        _scene.IsKnown = false;
        GitLabShows(7, "elsewhere/anvil");

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Updated });

        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    public async Task A_late_event_of_the_old_place_brings_nothing_back_and_has_the_project_looked_at()
    {
        _scene.Reader.Setup(r => r.MergeRequestAsync(It.IsAny<GitLabAccess>(), 7, 3, It.IsAny<CancellationToken>())).ReturnsAsync((GitLabMergeRequest?)null);
        GitLabShows(7, "elsewhere/anvil");

        await _scene.Events.TranslateAsync(_scene.Hook(HookBodies.MergeRequest()), test.CancellationToken);
        Assert.IsEmpty(_scene.Delivered);
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);

        Assert.AreEqual((EntityKind.Repository, null), (_scene.Delivered.Single().Entity.Kind, _scene.Delivered.Single().Body));
    }

    [TestMethod]
    public async Task A_late_body_brings_nothing_back_while_nobody_can_ask_GitLab()
    {
        _scene.Holds(EntityKind.Repository, "7", tombstone: true);
        _scene.Refusal = new NoUsableGrantException(Samples.Link.Id);

        await _scene.Events.TranslateAsync(_scene.Hook(HookBodies.MergeRequest()), test.CancellationToken);

        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    public async Task A_project_that_speaks_and_is_not_known_is_read_until_a_sync_has_read_it()
    {
        (_scene.IsKnown, _scene.IsRead) = (false, false);
        _scene.Sent.Clear();

        await _scene.Events.TranslateAsync(_scene.Hook(HookBodies.Push(branch: "nothing", message: "nothing")), test.CancellationToken);
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);
        Assert.AreEqual("61 120", string.Join(' ', _scene.Queue.Select(later => later.Delay.TotalSeconds).Order()));
        _scene.Queue.RemoveAll(later => later.Delay < TimeSpan.FromMinutes(2));
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);
        Assert.AreEqual(TimeSpan.FromMinutes(4), _scene.Queue.Single().Delay);

        _scene.IsRead = true;
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    public async Task Another_name_of_the_linked_group_takes_nothing_away_and_has_everything_read_anew()
    {
        _scene.Arrivals.Setup(a => a.ReadAllAsync(Samples.Link, It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        _scene.Tree.Renamed = "acme-inc";
        GitLabShows(7, "acme-inc/anvil");

        await TakeAsync(new GroupHook { ProjectId = 0, Event = GroupEvent.Renamed, GroupId = 5, Path = "acme-inc", OldPath = "acme" });
        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Updated });

        Assert.IsEmpty(_scene.Delivered);
        _scene.Arrivals.Verify(a => a.ReadAllAsync(Samples.Link, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task A_moved_project_that_we_may_not_see_may_only_be_hidden_and_stays()
    {
        GitLabShows(7, null);

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Transferred });

        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    public async Task What_is_made_takes_nothing_away()
    {
        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Created });

        Assert.IsEmpty(_scene.Delivered);
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    public async Task A_destroyed_subgroup_takes_its_projects_along_and_no_others()
    {
        _scene.Projects.Setup(p => p.ListAsync(Samples.Link.Id, It.IsAny<CancellationToken>())).Returns(new[] { Row(7, "acme/forge/anvil"), Row(8, "acme/forgery/pen") }.ToAsyncEnumerable());
        GitLabShows(7, null);

        await TakeAsync(new GroupHook { ProjectId = 0, Event = GroupEvent.Destroyed, GroupId = 9, Path = "acme/forge" });

        Assert.AreEqual("7", _scene.Delivered.Single().Entity.EntityId);
    }

    [TestMethod]
    public async Task An_excluded_project_goes_from_Jira_as_a_whole()
    {
        _scene.Link = Excluding(7);
        GitLabShows(8, "acme/pen");

        await LookAsync(7);
        await LookAsync(8);

        var change = _scene.Delivered.Single();
        Assert.AreEqual((EntityKind.Repository, "7"), (change.Entity.Kind, change.Entity.EntityId));
        Assert.IsNull(change.Body);
    }

    [TestMethod]
    public async Task What_happens_in_an_excluded_project_is_acknowledged_and_nothing_more()
    {
        _scene.Link = Excluding(7);

        await _scene.Events.TranslateAsync(_scene.Hook(HookBodies.MergeRequest()), test.CancellationToken);

        Assert.IsEmpty(_scene.Delivered);
        Assert.IsEmpty(_scene.Queue);
        Assert.IsEmpty(_scene.Reader.Invocations);
    }

    private static Link Excluding(long projectId) => Samples.Link with { Settings = LinkSettings.Default with { Version = 1, ExcludedProjects = [new NamedProject(projectId, "acme/anvil")] } };

    private async Task LookAsync(long projectId)
    {
        var turn = _scene.NewTurn();
        await _scene.Entities.LookAsync(turn, LookRequest.At(EntityRefs.Repository(_scene.Link!, projectId)), test.CancellationToken);
        await turn.CloseAsync(test.CancellationToken);
    }

    private static LinkedProject Row(long id, string path) => new(Samples.Link.Id, id, path, null, null);

    private void GitLabShows(long projectId, string? path) => _scene.Reader
        .Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), projectId, It.IsAny<CancellationToken>()))
        .ReturnsAsync(path is null ? null : RelayScene.Project with { Id = projectId, PathWithNamespace = path });

    private async Task TakeAsync(GitLabHook hook)
    {
        var turn = _scene.NewTurn();
        await _scene.Entities.HookAsync(turn, hook, test.CancellationToken);
        await turn.CloseAsync(test.CancellationToken);
    }
}
