using GitLabJira.Sandbox.World;
using GitLabJira.Sandbox.World.Order;

namespace GitLabJira.WholeApp.Tests.Order;

/// <summary>The same disorder in front of a site that forgets which state is the newest: if the run would not see that, it would see nothing.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ForgetfulSiteTests(TestContext test)
{
    private const int Stories = 1;

    [TestMethod]
    public async Task A_site_that_lets_an_older_state_win_ends_up_with_something_else_than_GitLab_holds()
    {
        var options = OrderRun.World(seed: 1);

        // It applies in minutes what came within seconds, so that not one entity but most end in a state that is not their last.
        var jira = options.Jira with { KeepsHighestSequence = false, MaxApplyDelay = TimeSpan.FromMinutes(5) };
        await using var world = await SandboxWorld.StartAsync(options with { Jira = jira }, test.CancellationToken);

        var outcomes = await new OrderRun(world).RunAsync(Enumerable.Range(1, Stories), test.CancellationToken);

        Assert.IsNotEmpty(outcomes.SelectMany(outcome => outcome.Differences));
    }
}
