using GitLabJira.Sandbox.World;
using GitLabJira.Sandbox.World.Order;

namespace GitLabJira.WholeApp.Tests.Order;

/// <summary>25 projects live in one world; each is one test.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OrderTests
{
    private const int Stories = 25;

    private static IReadOnlyDictionary<int, OrderOutcome> Outcomes = new Dictionary<int, OrderOutcome>();
    private static IReadOnlyDictionary<int, int> AfterSilence = new Dictionary<int, int>();
    private static IReadOnlyList<string> Violations = [];
    private static (int Overtaken, int Doubled) Hooks;

    public static IEnumerable<object[]> Seeds => Enumerable.Range(1, Stories).Select(seed => new object[] { seed });

    [ClassInitialize]
    public static async Task TellAllStories(TestContext test)
    {
        await using var world = await SandboxWorld.StartAsync(OrderRun.World(seed: 1), test.CancellationToken);
        var run = new OrderRun(world);
        Outcomes = (await run.RunAsync(Enumerable.Range(1, Stories), test.CancellationToken)).ToDictionary(outcome => outcome.Seed);
        Violations = [.. world.Jira.Violations.Select(violation => violation.ToString())];
        Hooks = run.Disorder();
        AfterSilence = await run.ChangeSilentlyAsync(test.CancellationToken);
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Jira_ends_up_with_what_GitLab_holds_whatever_comes_late_twice_or_in_any_order(int seed)
    {
        var outcome = Outcomes[seed];

        Assert.IsEmpty(outcome.Differences, string.Join('\n', [.. outcome.Differences, "after", .. outcome.Changes]));
    }

    [TestMethod]
    public void The_initial_sync_of_every_project_reads_while_it_changes_and_completes()
    {
        var apart = Outcomes.Values.Where(outcome => !outcome.ReadWithin || outcome.SyncState != "completed").Select(outcome => $"{outcome.Seed}: {outcome.SyncState}");

        Assert.AreEqual("", string.Join(", ", apart));
    }

    [TestMethod]
    public void Hooks_did_overtake_each_other_and_came_twice()
    {
        Assert.IsGreaterThan(Stories, Hooks.Overtaken);
        Assert.IsGreaterThan(Stories, Hooks.Doubled);
    }

    [TestMethod]
    public void The_app_keeps_all_of_Jiras_rules_meanwhile() => Assert.IsEmpty(Violations, string.Join('\n', Violations));

    [TestMethod]
    public void A_change_that_the_app_never_hears_of_is_seen_as_a_difference() =>
        Assert.AreEqual("", string.Join(", ", AfterSilence.Where(story => story.Value == 0).Select(story => story.Key)));
}
