using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Scale;

/// <summary>The initial sync of many projects, once for all tests. The benchmark tool does the same with any number: <c>-- waves --projects 1000</c>.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ManyProjectsTests
{
    private const int Projects = 1000;
    private const int Waves = Projects / ProjectStarts.PerMinute;
    private const int Early = 5;

    /// <summary>Last waves whose memory counts.</summary>
    private const int Late = 5;

    private static WavesOutcome _outcome = null!;

    [ClassInitialize]
    public static async Task SyncAll(TestContext test)
    {
        await using var world = await SandboxWorld.StartAsync(WavesRun.World(Projects), test.CancellationToken);
        _outcome = await new WavesRun(world).RunAsync(test.CancellationToken);
    }

    [TestMethod]
    public void Every_project_is_synced_in_waves_of_20_a_minute()
    {
        Assert.AreEqual(("completed", Projects), (_outcome.State, _outcome.Done));
        Assert.HasCount(Waves, _outcome.Waves);
        Assert.AreEqual(ProjectStarts.PerMinute, _outcome.MostStartsInAMinute);
        Assert.IsEmpty(_outcome.Differences, string.Join('\n', _outcome.Differences.Take(10)));
    }

    [TestMethod]
    public void The_history_of_the_50th_wave_is_no_larger_than_that_of_the_5th()
    {
        var (early, late) = (_outcome.Waves[Early - 1].History, _outcome.Waves[^2].History);

        // Numbers of waves and projects have a digit more, no more than that.
        Assert.IsLessThanOrEqualTo(early.Rows + 2, late.Rows);
        Assert.IsLessThanOrEqualTo(early.Bytes * 11 / 10, late.Bytes);
    }

    [TestMethod]
    public void Memory_stays_flat()
    {
        // The smallest of several: what one look finds depends on how long ago the runtime last cleaned up. What grows shows in all of them.
        var early = _outcome.Waves.Where(wave => wave.Wave is >= Early and <= 2 * Early).Min(wave => wave.Memory);
        var late = _outcome.Waves.TakeLast(Late).Min(wave => wave.Memory);

        Assert.IsLessThan(early * 3 / 2, late);
    }
}
