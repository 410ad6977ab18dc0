using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Load;

/// <summary>A small part of what <c>-- outage</c> does.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OutageTests(TestContext test)
{
    [TestMethod]
    public async Task An_hour_without_a_site_loses_nothing_and_holds_up_nobody_else()
    {
        await using var world = await SandboxWorld.StartAsync(OutageRun.World(), test.CancellationToken);

        var outcome = await new OutageRun(world).RunAsync(events: 24, test.CancellationToken);

        Assert.AreEqual(outcome.Events, outcome.Arrived);
        Assert.IsLessThanOrEqualTo(1.1, outcome.Ratio, outcome.ToString());
        Assert.IsGreaterThan(0, outcome.Ratio, outcome.ToString());
        Assert.IsEmpty(outcome.Differences, string.Join('\n', outcome.Differences.Take(10)));
    }
}
