using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Order;

/// <summary>A world whose time something holds.</summary>
[TestClass]
public sealed class StandstillTests(TestContext test)
{
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Says_what_holds_the_time_instead_of_waiting_for_ever()
    {
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 0, StandstillLimit = TimeSpan.FromSeconds(1) }, test.CancellationToken);
        await Detached.Run(async () => _ = await world.Clock.BeginWorkAsync("a request without an answer", test.CancellationToken));

        var exception = await Assert.ThrowsExactlyAsync<TimeoutException>(() => world.AdvanceAsync(TimeSpan.FromSeconds(5), test.CancellationToken));

        StringAssert.Contains(exception.Message, "a request without an answer", StringComparison.Ordinal);
    }
}
