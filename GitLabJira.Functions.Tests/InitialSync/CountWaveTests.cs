using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.InitialSync;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

[TestClass]
public sealed class CountWaveTests(TestContext test)
{
    private static readonly DateTimeOffset Next = SyncScene.Start.AddMinutes(1);

    private readonly SyncScene _scene = new();

    [TestMethod]
    public async Task Keeps_progress_and_total_for_the_page_and_wakes_delivery_once()
    {
        await _scene.EnterAsync(45, test.CancellationToken);
        await SetAsync(SyncProjectState.Done, 1, 2, 3);
        await SetAsync(SyncProjectState.Failed, 4);
        await SetAsync(SyncProjectState.Paused, 5);

        var status = await RunAsync();

        var run = await _scene.RunAsync(test.CancellationToken);
        Assert.AreEqual(new SyncStatus("Running", 2, 45, 3, 1, Next), status);
        Assert.AreEqual((SyncRunState.Running, 45, 3, 1, 2), (run.State, run.ProjectsTotal, run.ProjectsDone, run.ProjectsFailed, run.Wave));
        Assert.AreEqual(SyncScene.RunId, _scene.Link!.ActiveRunId);
        _scene.Delivery.Verify(d => d.WakeAsync("client", It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Ends_the_run_with_its_last_project_and_frees_link_and_slot()
    {
        await _scene.EnterAsync(2, test.CancellationToken);
        await _scene.PlanWave.RunAsync(_scene.Input, test.CancellationToken);
        await SetAsync(SyncProjectState.Done, 1, 2);

        var status = await RunAsync();

        var run = await _scene.RunAsync(test.CancellationToken);
        Assert.AreEqual(new SyncStatus("Completed", 2, 2, 2, 0), status);
        Assert.AreEqual((SyncRunState.Completed, null, _scene.Clock.GetUtcNow()), (run.State, run.Reason, run.EndedAt));
        Assert.IsNull(_scene.Link!.ActiveRunId);
        Assert.IsEmpty(_scene.Tables.Rows("Budgets"));
    }

    [TestMethod]
    public async Task A_failed_project_does_not_keep_the_run_from_its_end_and_is_told()
    {
        await _scene.EnterAsync(2, test.CancellationToken);
        await SetAsync(SyncProjectState.Done, 1);
        await SetAsync(SyncProjectState.Failed, 2);

        var status = await RunAsync();

        Assert.AreEqual(new SyncStatus("Completed", 2, 2, 1, 1), status);
        Assert.AreEqual("1 of 2 projects could not be read.", (await _scene.RunAsync(test.CancellationToken)).Reason);
    }

    [TestMethod]
    public async Task A_run_that_was_stopped_in_its_last_wave_ends_as_stopped_and_leaves_the_link_alone()
    {
        await _scene.EnterAsync(1, test.CancellationToken);
        await SetAsync(SyncProjectState.Done, 1);
        _scene.Link = _scene.Link! with { State = LinkState.Unlinking, ActiveRunId = "run-2" };

        var status = await RunAsync();

        Assert.AreEqual("Stopped", status.State);
        Assert.IsNull(status.NextAt);
        Assert.AreEqual("run-2", _scene.Link.ActiveRunId);
    }

    private async Task SetAsync(SyncProjectState state, params long[] projectIds)
    {
        foreach (var id in projectIds)
        {
            await _scene.ChangeAsync(id, row => row.State = state, test.CancellationToken);
        }
    }

    private Task<SyncStatus> RunAsync() => _scene.CountWave.RunAsync(
        new WaveCount { ClientKey = "client", LinkId = SyncScene.LinkId, RunId = SyncScene.RunId, Wave = 2, NextWaveAt = Next.ToUnixTimeMilliseconds() }, test.CancellationToken);
}
