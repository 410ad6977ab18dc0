using GitLabJira.Sandbox.Storage;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Load;

/// <summary>A fifth of what <c>-- burst</c> does, once for all tests.</summary>
[TestClass]
[DoNotParallelize]
public sealed class BurstTests
{
    private const int Events = 200;

    private static BurstOutcome _outcome = null!;

    [ClassInitialize]
    public static async Task Burst(TestContext test)
    {
        var storage = new StorageLog();
        await using var world = await SandboxWorld.StartAsync(BurstRun.World(projects: 20, storage), test.CancellationToken);
        _outcome = await new BurstRun(world, storage).RunAsync(Events, test.CancellationToken);
    }

    [TestMethod]
    public void A_wave_of_twenty_small_projects_is_one_or_two_calls() => Assert.IsTrue(_outcome is { Projects: 20, WavePosts: 1 or 2 }, _outcome.ToString());

    [TestMethod]
    public void A_burst_of_two_seconds_is_a_few_calls_and_the_first_event_waits_for_nobody()
    {
        Assert.AreEqual(Events, _outcome.Arrived);
        Assert.IsLessThanOrEqualTo(8, _outcome.Posts);
        Assert.IsLessThanOrEqualTo(TimeSpan.FromSeconds(2), _outcome.First);
        Assert.IsLessThanOrEqualTo(TimeSpan.FromSeconds(6), _outcome.Slowest);
    }

    [TestMethod]
    public void No_call_mixes_links_or_projects_and_Jira_holds_what_GitLab_holds()
    {
        Assert.AreEqual(0, _outcome.MixedPosts);
        Assert.IsEmpty(_outcome.Differences, string.Join('\n', _outcome.Differences.Take(10)));
    }
}
