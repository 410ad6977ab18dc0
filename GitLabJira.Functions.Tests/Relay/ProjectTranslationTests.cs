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
    public async Task A_project_that_is_still_there_stays(ProjectEvent what)
    {
        GitLabShows(7, "acme/forge/anvil");

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = what });

        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    public async Task A_project_that_moved_out_of_the_linked_group_goes()
    {
        GitLabShows(7, "elsewhere/anvil");

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Transferred });

        Assert.HasCount(1, _scene.Delivered);
    }

    [TestMethod]
    public async Task A_moved_project_that_we_may_not_see_may_only_be_hidden_and_stays()
    {
        GitLabShows(7, null);

        await TakeAsync(new ProjectHook { ProjectId = 7, Event = ProjectEvent.Transferred });

        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    [DataRow(ProjectEvent.Created)]
    [DataRow(ProjectEvent.Renamed)]
    [DataRow(ProjectEvent.Updated)]
    public async Task What_comes_or_gets_a_name_takes_nothing_away(ProjectEvent what)
    {
        await TakeAsync(new ProjectHook { ProjectId = 7, Event = what });

        Assert.IsEmpty(_scene.Delivered);
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
        .ReturnsAsync(path is null ? null : RelayScene.Project with { PathWithNamespace = path });

    private async Task TakeAsync(GitLabHook hook)
    {
        var turn = _scene.NewTurn();
        await _scene.Entities.HookAsync(turn, hook, test.CancellationToken);
        await turn.CloseAsync(test.CancellationToken);
    }
}
