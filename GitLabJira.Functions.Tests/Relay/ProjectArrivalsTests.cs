using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

[TestClass]
public sealed class ProjectArrivalsTests
{
    private readonly CancellationToken _cancel;
    private readonly FakeTimeProvider _clock = new(Samples.Now);
    private readonly SyncProjectStore _projects;
    private readonly SyncRunStore _runs;
    private readonly ProjectArrivals _arrivals;
    private Link _link = Samples.Link;

    public ProjectArrivalsTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        var tables = new StubTables().Tables;
        (_projects, _runs) = (new SyncProjectStore(tables), new SyncRunStore(tables, _clock));
        var links = new Mock<ILinks>(MockBehavior.Strict);
        links.Setup(l => l.GetAsync("client", Samples.Link.Id, It.IsAny<CancellationToken>())).ReturnsAsync(() => _link);
        links.Setup(l => l.UpdateAsync("client", Samples.Link.Id, It.IsAny<Func<Link, Link?>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string _, Guid _, Func<Link, Link?> change, CancellationToken _) => _link = change(_link) ?? _link);
        _arrivals = new ProjectArrivals(links.Object, new ProjectStore(tables), _projects, _runs, new SyncRequests(links.Object, _runs, _clock), _clock, NullLogger<ProjectArrivals>.Instance);
    }

    [TestMethod]
    public async Task Begins_a_run_of_this_one_project_that_fires_nothing_for_what_is_old()
    {
        var read = await ReadAsync();

        Assert.IsFalse(read);
        var plan = (await _runs.FindAsync(_link.Id, _link.ActiveRunId!, _cancel))!.Plan!;
        Assert.AreEqual(7, plan.ProjectId);
        Assert.AreEqual(Samples.Now.AddMinutes(-10), plan.SettledBefore);
    }

    [TestMethod]
    public async Task Joins_the_run_that_is_under_way()
    {
        _link = _link with { ActiveRunId = "run" };

        await ReadAsync();

        Assert.AreEqual("run", _link.ActiveRunId);
        Assert.AreEqual(1, await _projects.ListAsync(_link.Id, "run", _cancel).CountAsync(_cancel));
    }

    [TestMethod]
    public async Task Is_done_when_a_run_has_read_the_project_where_it_is_now()
    {
        await ReadAsync();
        await FinishAsync();

        Assert.IsTrue(await ReadAsync());
        Assert.IsNull(_link.ActiveRunId);
    }

    [TestMethod]
    public async Task Has_a_renamed_project_read_again()
    {
        await ReadAsync();
        await FinishAsync();
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.IsFalse(await ReadAsync("acme/hammer"));
        Assert.IsNotNull(_link.ActiveRunId);
    }

    [TestMethod]
    public async Task Begins_another_run_when_the_last_one_ended_without_the_project()
    {
        await ReadAsync();
        await EndAsync();
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.IsFalse(await ReadAsync());
        Assert.IsNotNull(_link.ActiveRunId);
    }

    [TestMethod]
    public async Task Leaves_a_link_alone_that_is_being_removed()
    {
        _link = _link with { State = LinkState.Unlinking };

        Assert.IsTrue(await ReadAsync());
        await _arrivals.ReadAllAsync(Samples.Link, _cancel);

        Assert.IsNull(_link.ActiveRunId);
        Assert.IsEmpty(await _runs.ListAsync(_link.Id, 10, _cancel));
    }

    [TestMethod]
    public async Task Has_everything_read_by_a_run_that_lists_for_itself()
    {
        await _arrivals.ReadAllAsync(_link, _cancel);

        Assert.IsNull((await _runs.FindAsync(_link.Id, _link.ActiveRunId!, _cancel))!.Plan!.ProjectId);
    }

    [TestMethod]
    public async Task Knows_a_project_by_its_row()
    {
        Assert.IsFalse(await _arrivals.IsKnownAsync(_link, 7, _cancel));

        await EnterAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.IsTrue(await _arrivals.IsKnownAsync(_link, 7, _cancel));
    }

    [TestMethod]
    public async Task Joins_no_run_that_only_counts()
    {
        _link = _link with { ActiveRunId = "dry" };
        await _runs.PlanAsync(_link.Id, "dry", new SyncPlan { Kinds = [SyncKind.Branches], WindowDays = 1, DryRun = true }, _cancel);

        var read = await ReadAsync();

        Assert.IsFalse(read);
        Assert.IsNull(await _projects.FindAsync(_link.Id, 7, _cancel));
    }

    private Task<bool> ReadAsync(string path = "acme/anvil") => _arrivals.ReadAsync(Samples.Link, RelayScene.Project with { PathWithNamespace = path }, _cancel);

    /// <summary>As the run's first activity does.</summary>
    private Task EnterAsync() => _projects.AddAsync(_link.Id, _link.ActiveRunId ?? "run", [RelayScene.Project], _cancel);

    private async Task FinishAsync()
    {
        await EnterAsync();
        var row = (await _projects.FindAsync(_link.Id, 7, _cancel))!;
        row.State = SyncProjectState.Done;
        await _projects.TryWriteAsync(row, _cancel);
        await EndAsync();
    }

    private async Task EndAsync()
    {
        await _runs.UpdateAsync(_link.Id, _link.ActiveRunId!, _clock.GetUtcNow(), run => run with { State = SyncRunState.Completed, EndedAt = _clock.GetUtcNow() }, _cancel);
        _link = _link with { ActiveRunId = null };
    }
}
