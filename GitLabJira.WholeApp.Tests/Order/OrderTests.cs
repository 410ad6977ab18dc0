using GitLabJira.Sandbox.World;
using GitLabJira.Sandbox.World.Order;

namespace GitLabJira.WholeApp.Tests.Order;

/// <summary>25 projects live in one world, once for all tests. The benchmark tool does the same with any number: <c>-- order --seeds 500</c>.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OrderTests
{
    private const int Stories = 25;

    private static IReadOnlyDictionary<int, OrderOutcome> _outcomes = new Dictionary<int, OrderOutcome>();
    private static IReadOnlyDictionary<int, int> _afterSilence = new Dictionary<int, int>();
    private static IReadOnlyList<string> _violations = [];
    private static (int Overtaken, int Doubled) _hooks;

    public static IEnumerable<object[]> Seeds => Enumerable.Range(1, Stories).Select(seed => new object[] { seed });

    [ClassInitialize]
    public static async Task TellAllStories(TestContext test)
    {
        await using var world = await SandboxWorld.StartAsync(OrderRun.World(seed: 1), test.CancellationToken);
        var run = new OrderRun(world);
        _outcomes = (await run.RunAsync(Enumerable.Range(1, Stories), test.CancellationToken)).ToDictionary(outcome => outcome.Seed);
        _violations = [.. world.Jira.Violations.Select(violation => violation.ToString())];
        _hooks = run.Disorder();
        _afterSilence = run.ChangeSilently();
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Jira_ends_up_with_what_GitLab_holds_whatever_comes_late_twice_or_in_any_order(int seed)
    {
        var outcome = _outcomes[seed];

        Assert.IsEmpty(outcome.Differences, string.Join('\n', [.. outcome.Differences, "after", .. outcome.Changes]));
    }

    [TestMethod]
    public void Every_story_has_60_changes() => Assert.AreEqual("", string.Join(", ", _outcomes.Values.Where(outcome => outcome.Changes.Count != 60).Select(outcome => outcome.Seed)));

    [TestMethod]
    public void The_initial_sync_of_every_project_completes() =>
        Assert.AreEqual("", string.Join(", ", _outcomes.Values.Where(outcome => outcome.SyncState != "completed").Select(outcome => $"{outcome.Seed}: {outcome.SyncState}")));

    [TestMethod]
    public void The_initial_syncs_read_while_their_projects_change() =>
        Assert.AreEqual("", string.Join(", ", _outcomes.Values.Where(outcome => !outcome.ReadWithin).Select(outcome => outcome.Seed)));

    [TestMethod]
    public void Reconcile_reads_while_the_projects_change() =>
        Assert.AreEqual("", string.Join(", ", _outcomes.Values.Where(outcome => !outcome.RepairedWithin).Select(outcome => outcome.Seed)));

    [TestMethod]
    public void Hooks_did_overtake_each_other_and_came_twice()
    {
        Assert.IsGreaterThan(Stories, _hooks.Overtaken);
        Assert.IsGreaterThan(Stories, _hooks.Doubled);
    }

    [TestMethod]
    public void The_app_keeps_all_of_Jiras_rules_meanwhile() => Assert.IsEmpty(_violations, string.Join('\n', _violations));

    [TestMethod]
    public void A_change_that_the_app_never_hears_of_is_seen_as_a_difference() =>
        Assert.AreEqual("", string.Join(", ", _afterSilence.Where(story => story.Value == 0).Select(story => story.Key)));
}
