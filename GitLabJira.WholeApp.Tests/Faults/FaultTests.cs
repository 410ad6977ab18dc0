using GitLabJira.Sandbox.World.Faults;

namespace GitLabJira.WholeApp.Tests.Faults;

/// <summary>A short fault run, once for all tests. The benchmark tool does long ones, and shows what the run finds when a protection is missing: <c>-- faults --without sweep</c>.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FaultTests
{
    private static FaultOutcome _outcome = null!;

    [ClassInitialize]
    public static async Task Run(TestContext test) => _outcome = await FaultRun.RunAsync(new FaultPlan(Seed: 1) { Stories = 2, Changes = 12, Killing = 0.0004 }, test.CancellationToken);

    [TestMethod]
    public void No_acknowledged_event_is_lost() => Assert.IsEmpty(_outcome.Lost, string.Join('\n', _outcome.Lost));

    [TestMethod]
    public void Jira_ends_up_with_what_GitLab_holds() => Assert.IsEmpty(_outcome.Wrong, string.Join('\n', _outcome.Wrong));

    [TestMethod]
    [DataRow("TABLE")]
    [DataRow("GitLab")]
    [DataRow("Jira")]
    [DataRow("QUEUE")]
    public void Faults_were_injected_at(string boundary) =>
        Assert.IsGreaterThan(0, _outcome.Tally.Counts.Where(count => count.Key.StartsWith(boundary, StringComparison.Ordinal)).Sum(count => count.Value), string.Join(", ", _outcome.Tally.Counts));
}
