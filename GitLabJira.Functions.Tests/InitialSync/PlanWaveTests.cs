using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.InitialSync;

namespace GitLabJira.Functions.Tests.InitialSync;

[TestClass]
public sealed class PlanWaveTests(TestContext test)
{
    private readonly SyncScene _scene = new();

    [TestMethod]
    public async Task Takes_twenty_projects_by_id()
    {
        await _scene.EnterAsync(45, test.CancellationToken);

        var plan = await RunAsync();

        Assert.AreEqual(RunStep.Go, plan.Step);
        Assert.IsTrue(plan.ProjectIds.SequenceEqual(Enumerable.Range(1, 20).Select(id => (long)id)));
    }

    [TestMethod]
    public async Task A_run_that_follows_another_one_waits_out_the_minute_of_its_last_starts()
    {
        await _scene.EnterAsync(3, test.CancellationToken);
        await _scene.ChangeAsync(2, row => row.StartedAt = SyncScene.Start.AddSeconds(-10), test.CancellationToken);

        var plan = await RunAsync();
        _scene.Clock.Advance(TimeSpan.FromMilliseconds(50_250));
        var later = await RunAsync();

        Assert.AreEqual((RunStep.Wait, SyncScene.Start.AddMilliseconds(50_250).ToUnixTimeMilliseconds()), (plan.Step, plan.ResumeAt));
        Assert.AreEqual(RunStep.Go, later.Step);
        Assert.HasCount(3, later.ProjectIds);
    }

    [TestMethod]
    public async Task Takes_paused_ones_that_are_due_first_then_those_whose_attempt_ended_without_a_word()
    {
        await _scene.EnterAsync(45, test.CancellationToken);
        await SetAsync(44, SyncProjectState.Paused, resumeAt: SyncScene.Start);
        await SetAsync(43, SyncProjectState.Paused, resumeAt: SyncScene.Start.AddSeconds(1));
        await SetAsync(42, SyncProjectState.Running);
        await SetAsync(1, SyncProjectState.Done);
        await SetAsync(2, SyncProjectState.Failed);

        var plan = await RunAsync();

        Assert.IsTrue(plan.ProjectIds.SequenceEqual([44, 42, .. Enumerable.Range(3, 18).Select(id => (long)id)]), string.Join(' ', plan.ProjectIds));
    }

    [TestMethod]
    public async Task Waits_for_the_first_pause_to_end_but_looks_every_five_minutes()
    {
        await _scene.EnterAsync(2, test.CancellationToken);
        await SetAsync(1, SyncProjectState.Paused, SyncScene.Start.AddHours(1));
        var first = await RunAsync();
        await SetAsync(2, SyncProjectState.Paused, SyncScene.Start.AddMinutes(2));

        // One that has not begun is no reason to wait.
        Assert.AreEqual(RunStep.Go, first.Step);
        AssertWaits(await RunAsync(), minutes: 2);
        await SetAsync(2, SyncProjectState.Done);
        AssertWaits(await RunAsync(), minutes: 5);
        Assert.AreEqual((SyncRunState.Waiting, "GitLab asks to slow down."), await WordsAsync());
    }

    [TestMethod]
    public async Task At_most_eight_links_of_a_host_synchronise_at_a_time()
    {
        await _scene.EnterAsync(1, test.CancellationToken);

        foreach (var other in Enumerable.Range(0, 8))
        {
            Assert.IsTrue(await _scene.Slots.TryHoldAsync(_scene.Link!.Host, $"other-{other}", test.CancellationToken));
        }

        AssertWaits(await RunAsync(), minutes: 1);
        Assert.AreEqual((SyncRunState.Waiting, "Other groups of this GitLab are being synchronised."), await WordsAsync());
        await _scene.Slots.ReleaseAsync(_scene.Link!.Host, "other-3", test.CancellationToken);
        Assert.AreEqual(RunStep.Go, (await RunAsync()).Step);
    }

    [TestMethod]
    public async Task Gives_up_after_24_hours_with_the_reason_and_frees_link_and_slot()
    {
        await _scene.EnterAsync(3, test.CancellationToken);
        await SetAsync(1, SyncProjectState.Done);
        await RunAsync();
        _scene.Clock.Advance(TimeSpan.FromHours(24));

        var plan = await RunAsync();

        Assert.AreEqual(RunStep.End, plan.Step);
        Assert.AreEqual((SyncRunState.Failed, "2 projects could not be read within 24 hours."), await WordsAsync());
        Assert.AreEqual(_scene.Clock.GetUtcNow(), (await _scene.RunAsync(test.CancellationToken)).EndedAt);
        Assert.IsNull(_scene.Link!.ActiveRunId);
        Assert.IsEmpty(_scene.Tables.Rows("Budgets"));
    }

    [TestMethod]
    public async Task Goes_on_a_moment_before_the_24_hours_are_over()
    {
        await _scene.EnterAsync(3, test.CancellationToken);
        _scene.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));

        Assert.AreEqual(RunStep.Go, (await RunAsync()).Step);
    }

    [TestMethod]
    [DataRow("unlinking")]
    [DataRow("another run")]
    [DataRow("gone")]
    public async Task Stops_when_the_run_is_no_longer_the_links_active_one(string what)
    {
        await _scene.EnterAsync(3, test.CancellationToken);
        _scene.Link = what switch
        {
            "unlinking" => _scene.Link! with { State = LinkState.Unlinking },
            "another run" => _scene.Link! with { ActiveRunId = "run-2" },
            _ => null,
        };

        var plan = await RunAsync();

        Assert.AreEqual(RunStep.End, plan.Step);
        Assert.AreEqual(SyncRunState.Stopped, (await _scene.RunAsync(test.CancellationToken)).State);
        Assert.AreEqual(what == "another run" ? "run-2" : null, _scene.Link?.ActiveRunId);
    }

    [TestMethod]
    public async Task Completes_a_run_whose_last_count_was_lost_with_all_that_was_done()
    {
        await _scene.EnterAsync(3, test.CancellationToken);
        await SetAsync(1, SyncProjectState.Done);
        await SetAsync(2, SyncProjectState.Failed);
        await SetAsync(3, SyncProjectState.Done);

        var plan = await RunAsync();

        var run = await _scene.RunAsync(test.CancellationToken);
        Assert.AreEqual(RunStep.End, plan.Step);
        Assert.AreEqual((SyncRunState.Completed, 3, 2, 1, "1 of 3 projects could not be read."), (run.State, run.ProjectsTotal, run.ProjectsDone, run.ProjectsFailed, run.Reason));
    }

    private void AssertWaits(WavePlan plan, int minutes)
    {
        Assert.AreEqual(RunStep.Wait, plan.Step);
        Assert.IsEmpty(plan.ProjectIds);
        Assert.AreEqual(_scene.Clock.GetUtcNow().AddMinutes(minutes).ToUnixTimeMilliseconds(), plan.ResumeAt);
    }

    private Task SetAsync(long projectId, SyncProjectState state, DateTimeOffset? resumeAt = null) =>
        _scene.ChangeAsync(projectId, row => (row.State, row.ResumeAt) = (state, resumeAt), test.CancellationToken);

    private async Task<(SyncRunState State, string? Reason)> WordsAsync() => await _scene.RunAsync(test.CancellationToken) is var run ? (run.State, run.Reason) : default;

    private Task<WavePlan> RunAsync() => _scene.PlanWave.RunAsync(_scene.Input, test.CancellationToken);
}
