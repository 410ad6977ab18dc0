using GitLabJira.Sandbox.Jira.Traffic;
using GitLabJira.Sandbox.World;
using GitLabJira.WholeApp.Tests.Requests;

namespace GitLabJira.WholeApp.Tests.Reconcile;

/// <summary>What GitLab never tells, in one world, once for all tests: rounds of reconcile with something else behind the app's back before each.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ReconcileTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Before = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, IReadOnlyList<string>> After = new(StringComparer.Ordinal);
    private static readonly List<string> States = [];
    private static readonly List<string> Requests = [];
    private static readonly List<(int Seen, int Hidden)> Moved = [];
    private static (string? Switched, string? Then, int Failures) _hook;
    private static long _repaired;
    private static (string States, IReadOnlyList<string> Differences) _ofProject;
    private static IReadOnlyList<string> _violations = [];

    [ClassInitialize]
    public static async Task LetThingsHappen(TestContext test)
    {
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1 }, test.CancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
        var run = new ReconcileRun(world, admin);
        // Many looks at once meet at a site that takes its time.
        world.Jira.Faults.Add(Fault.Delay(TimeSpan.FromSeconds(3), "/rest/*/bulk"));
        await run.LinkAsync(test.CancellationToken);

        await run.RoundAsync(test.CancellationToken);
        Requests.Add(run.Requests);
        run.ActAloud();
        await run.RoundAsync(test.CancellationToken);
        Requests.Add(run.Requests);

        run.PushSilently();
        Before["pushes"] = run.Differences();
        Moved.Add(run.OfMoved());
        await run.RoundAsync(test.CancellationToken);
        After["pushes"] = run.Differences();
        Moved.Add(run.OfMoved());

        run.DeleteSilently();
        await world.AdvanceAsync(TimeSpan.FromMinutes(2), test.CancellationToken);
        Before["deletions"] = run.Differences();
        await run.RoundAsync(test.CancellationToken);
        After["deletions"] = run.Differences();
        Moved.Add(run.OfMoved());
        States.Add(await run.StateAsync(test.CancellationToken));
        States.Add(await run.RestoreAsync(test.CancellationToken));

        await run.FailAsync(test.CancellationToken);
        _hook = (run.AlertStatus, null, run.Hook.RecentFailures);
        Before["failures"] = run.Differences();
        await run.ComeBackAsync(test.CancellationToken);
        After["failures"] = run.Differences();
        _hook.Then = run.AlertStatus;
        States.Add(await run.StateAsync(test.CancellationToken));
        _repaired = await run.RepairedAsync(test.CancellationToken);
        _ofProject = await run.LoseProjectHookAsync(test.CancellationToken);
        _violations = [.. world.Jira.Violations.Select(violation => violation.ToString())];
    }

    [TestMethod]
    [DataRow("pushes", DisplayName = "A push to 4 refs, one of 250 commits, a changed flag and an unheard merge request appear")]
    [DataRow("deletions", DisplayName = "4 branches deleted at once disappear, and a push without a hook appears")]
    [DataRow("failures", DisplayName = "What happened while the hook was off appears, and a merge request that was deleted disappears")]
    public void Brings_what_no_hook_told(string what)
    {
        Assert.IsNotEmpty(Before[what]);
        Assert.IsEmpty(After[what], string.Join('\n', After[what]));
    }

    [TestMethod]
    public void Takes_away_a_project_that_was_moved_out_of_a_group_with_a_group_hook()
    {
        Assert.IsTrue(Moved[0] is { Seen: > 0, Hidden: > 0 });
        Assert.AreEqual(0, Moved[1].Seen);
        // What cannot be seen at all may be hidden for a moment.
        Assert.IsGreaterThan(0, Moved[1].Hidden);
        Assert.AreEqual((0, 0), Moved[2]);
    }

    [TestMethod]
    public void Shows_that_somebody_removed_the_hook_until_a_click_restores_it() => Assert.AreEqual("hook_removed, active, active", string.Join(", ", States));

    [TestMethod]
    public void Shows_that_somebody_removed_the_hook_of_a_project_until_a_click_restores_it()
    {
        Assert.AreEqual("hook_removed, active", _ofProject.States);
        Assert.IsEmpty(_ofProject.Differences, string.Join('\n', _ofProject.Differences));
    }

    [TestMethod]
    public void Brings_a_hook_back_that_GitLab_has_switched_off_after_40_failures() => Assert.AreEqual(("disabled", "executable", 40), _hook);

    [TestMethod]
    public void Tells_how_much_was_repaired() => Assert.IsGreaterThan(10, _repaired);

    [TestMethod]
    public void Keeps_all_of_Jiras_rules() => Assert.IsEmpty(_violations, string.Join('\n', _violations));

    [TestMethod]
    public void A_round_costs_the_requests_that_the_document_tells()
    {
        var told = RequestTable.Read(columns: 4).Take(2).SelectMany(cells => cells[2].Split(", ")).SelectMany(Requested).ToList();

        Assert.AreEqual("4, 6", string.Join(", ", RequestTable.Read(columns: 4).Take(2).Select(cells => cells[1])));
        Assert.AreEqual(string.Join(", ", told.Take(4).Order(StringComparer.Ordinal)), Requests[0]);
        Assert.AreEqual(string.Join(", ", told.Order(StringComparer.Ordinal)), Requests[1]);
    }

    /// <summary>"2 × this" as this twice.</summary>
    private static IEnumerable<string> Requested(string told) => told.StartsWith("2 × ", StringComparison.Ordinal) ? Enumerable.Repeat(told[4..], 2) : [told];
}
