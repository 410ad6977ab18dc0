using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.InitialSync;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

[TestClass]
public sealed class ListProjectsTests(TestContext test)
{
    private static readonly Uri Second = new("https://gitlab.example/api/v4/groups/5/projects?id_after=2");

    private readonly SyncScene _scene = new();

    [TestMethod]
    public async Task Writes_down_all_projects_of_all_pages_once()
    {
        Page(null, [1, 2], Second);
        Page(Second, [2, 3], null);

        var answer = await RunAsync();
        var again = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.Go), answer);
        Assert.AreEqual(new ListAnswer(RunStep.Go), again);
        Assert.HasCount(3, _scene.Tables.Rows("Projects"));
        Assert.AreEqual(3, (await _scene.RunAsync(test.CancellationToken)).ProjectsTotal);
        _scene.Reader.Verify(r => r.GroupProjectsAsync(It.IsAny<GitLabAccess>(), 5, It.IsAny<Uri?>(), It.IsAny<CancellationToken>()), Times.Exactly(2));
    }

    [TestMethod]
    public async Task Goes_on_at_the_page_where_an_earlier_attempt_stopped_and_resets_nothing()
    {
        Page(null, [1, 2], Second);
        Fails(Second, GitLabFailure.Unavailable);
        var waits = await RunAsync();
        await _scene.ChangeAsync(1, row => row.State = SyncProjectState.Done, test.CancellationToken);
        Page(Second, [1, 3], null);

        var answer = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.Wait, SyncScene.Start.AddMinutes(1).ToUnixTimeMilliseconds()), waits);
        Assert.AreEqual(new ListAnswer(RunStep.Go), answer);
        Assert.AreEqual(SyncProjectState.Done, (await _scene.RowAsync(1, test.CancellationToken)).State);
        _scene.Reader.Verify(r => r.GroupProjectsAsync(It.IsAny<GitLabAccess>(), 5, null, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Waits_as_long_as_GitLab_says()
    {
        Fails(null, GitLabFailure.RateLimited, TimeSpan.FromMinutes(7));

        var answer = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.Wait, SyncScene.Start.AddMinutes(7).ToUnixTimeMilliseconds()), answer);
        Assert.AreEqual((SyncRunState.Waiting, "GitLab asks to slow down."), Words(await _scene.RunAsync(test.CancellationToken)));
    }

    [TestMethod]
    public async Task Waits_for_somebody_to_sign_in()
    {
        _scene.NoGrant = new NoUsableGrantException(SyncScene.LinkId);

        var answer = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.Wait, SyncScene.Start.AddMinutes(15).ToUnixTimeMilliseconds()), answer);
        Assert.AreEqual("Nobody who may read this group is signed in to GitLab.", (await _scene.RunAsync(test.CancellationToken)).Reason);
    }

    [TestMethod]
    public async Task Gives_up_after_a_day_with_the_reason_and_frees_the_link()
    {
        Fails(null, GitLabFailure.Forbidden);
        await RunAsync();
        _scene.Clock.Advance(TimeSpan.FromHours(23.9));

        var answer = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.End), answer);
        Assert.AreEqual(
            (SyncRunState.Failed, "The projects could not be listed within 24 hours. GitLab refuses access (403)."),
            Words(await _scene.RunAsync(test.CancellationToken)));
        Assert.IsNull(_scene.Link!.ActiveRunId);
    }

    [TestMethod]
    public async Task Gives_up_after_a_day_in_which_no_attempt_came_to_its_end()
    {
        _scene.Clock.Advance(TimeSpan.FromHours(24));

        var answer = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.End), answer);
        Assert.AreEqual((SyncRunState.Failed, "The projects could not be listed within 24 hours."), Words(await _scene.RunAsync(test.CancellationToken)));
    }

    [TestMethod]
    public async Task Stops_when_the_group_was_unlinked_and_asks_GitLab_for_nothing()
    {
        _scene.Link = _scene.Link! with { State = LinkState.Unlinking };

        Assert.AreEqual(new ListAnswer(RunStep.End), await RunAsync());

        // The clean-up drops the run's row, which must not come back.
        Assert.IsEmpty(_scene.Tables.Rows("SyncRuns"));
    }

    [TestMethod]
    public async Task Leaves_excluded_projects_out()
    {
        _scene.Link = _scene.Link! with { Settings = LinkSettings.Default with { Version = 1, ExcludedProjects = [new NamedProject(2, "acme/p2")] } };
        Page(null, [1, 2, 3], null);

        await RunAsync();

        Assert.AreEqual(2, (await _scene.RunAsync(test.CancellationToken)).ProjectsTotal);
        Assert.HasCount(2, _scene.Tables.Rows("Projects"));
    }

    [TestMethod]
    public async Task Takes_included_projects_alone_and_leaves_archived_ones_out_where_the_settings_say_so()
    {
        _scene.Link = _scene.Link! with
        {
            Settings = LinkSettings.Default with { Version = 1, IncludedProjects = [new NamedProject(1, "acme/p1"), new NamedProject(3, "acme/p3")], ArchivedProjects = false },
        };
        _scene.Reader.Setup(r => r.GroupProjectsAsync(It.IsAny<GitLabAccess>(), 5, null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ListPage<GitLabProject>([SyncScene.Project(1), SyncScene.Project(2), SyncScene.Project(3) with { Archived = true }], null, 3));

        await RunAsync();

        Assert.AreEqual(1, (await _scene.RunAsync(test.CancellationToken)).ProjectsTotal);
        Assert.AreEqual("acme/p1", (await _scene.RowAsync(1, test.CancellationToken)).Path);
    }

    [TestMethod]
    public async Task A_retry_enters_what_failed_in_the_earlier_run_and_nothing_else()
    {
        await _scene.Projects.AddAsync(SyncScene.LinkId, "earlier", [.. Enumerable.Range(1, 150).Select(id => SyncScene.Project(id))], test.CancellationToken);

        foreach (var id in Enumerable.Range(1, 130))
        {
            await _scene.ChangeAsync(id, row => row.State = id == 7 ? SyncProjectState.Done : SyncProjectState.Failed, test.CancellationToken);
        }

        await _scene.Runs.PlanAsync(SyncScene.LinkId, SyncScene.RunId, new SyncPlan { Kinds = [SyncKind.Branches], WindowDays = 1, RetryOf = "earlier" }, test.CancellationToken);

        var answer = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.Go), answer);
        Assert.AreEqual(129, (await _scene.RunAsync(test.CancellationToken)).ProjectsTotal);
        Assert.AreEqual(("earlier", SyncProjectState.Done), await RunOfAsync(7));
        Assert.AreEqual((SyncScene.RunId, SyncProjectState.Pending), await RunOfAsync(8));
        Assert.AreEqual(("earlier", SyncProjectState.Pending), await RunOfAsync(131));
    }

    private async Task<(string? RunId, SyncProjectState State)> RunOfAsync(long projectId)
    {
        var row = await _scene.RowAsync(projectId, test.CancellationToken);
        return (row.RunId, row.State);
    }

    [TestMethod]
    public async Task A_first_run_goes_by_the_settings_of_its_beginning()
    {
        _scene.Link = _scene.Link! with { Settings = new LinkSettings { Version = 1, Kinds = [SyncKind.Commits], WindowDays = 7 } };
        Page(null, [1], null);

        await RunAsync();
        _scene.Link = _scene.Link with { Settings = LinkSettings.Default };
        await RunAsync();

        var plan = (await _scene.RunAsync(test.CancellationToken)).Plan!;
        Assert.AreEqual((SyncKind.Commits, 7, null), (plan.Kinds.Single(), plan.WindowDays, plan.ProjectId));
    }

    [TestMethod]
    public async Task A_run_for_one_project_enters_that_one_alone()
    {
        await PlanAsync(projectId: 2);
        Shows(2, "acme/p2");

        var answer = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.Go), answer);
        Assert.AreEqual(1, (await _scene.RunAsync(test.CancellationToken)).ProjectsTotal);
        Assert.AreEqual("acme/p2", (await _scene.RowAsync(2, test.CancellationToken)).Path);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("elsewhere/p2")]
    public async Task A_run_for_a_project_that_is_not_there_any_more_fails(string? path)
    {
        await PlanAsync(projectId: 2);
        Shows(2, path);

        var answer = await RunAsync();

        Assert.AreEqual(new ListAnswer(RunStep.End), answer);
        Assert.AreEqual((SyncRunState.Failed, "The project is gone, hidden or excluded, or no longer below the group."), Words(await _scene.RunAsync(test.CancellationToken)));
        Assert.IsNull(_scene.Link!.ActiveRunId);
    }

    private Task PlanAsync(long projectId) => _scene.Runs.PlanAsync(
        SyncScene.LinkId, SyncScene.RunId, new SyncPlan { Kinds = [SyncKind.Branches], WindowDays = 1, ProjectId = projectId }, test.CancellationToken);

    private void Shows(long id, string? path) => _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), id, It.IsAny<CancellationToken>()))
        .ReturnsAsync(path is null ? null : SyncScene.Project(id) with { PathWithNamespace = path });

    private static (SyncRunState State, string? Reason) Words(SyncRunProgress run) => (run.State, run.Reason);

    private void Page(Uri? page, long[] ids, Uri? next) =>
        _scene.Reader.Setup(r => r.GroupProjectsAsync(It.IsAny<GitLabAccess>(), 5, page, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ListPage<GitLabProject>([.. ids.Select(SyncScene.Project)], next, Total: null));

    private void Fails(Uri? page, GitLabFailure failure, TimeSpan? retryAfter = null) =>
        _scene.Reader.Setup(r => r.GroupProjectsAsync(It.IsAny<GitLabAccess>(), 5, page, It.IsAny<CancellationToken>()))
            .ThrowsAsync(new GitLabRequestException(failure, HttpStatusCode.ServiceUnavailable, retryAfter));

    private Task<ListAnswer> RunAsync() => _scene.ListProjects.RunAsync(_scene.Input, test.CancellationToken);
}
