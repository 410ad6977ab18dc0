using GitLabJira.Sandbox.World;
using GitLabJira.Sandbox.World.Order;

namespace GitLabJira.Benchmarks.Order;

/// <summary>Many order runs, one world after the other.</summary>
internal static class OrderVerb
{
    private const int PerWorld = 25;

    /// <returns>0 when Jira ended up with what GitLab holds in every story.</returns>
    public static async Task<int> RunAsync(int first, int seeds, TextWriter output, CancellationToken cancellationToken)
    {
        var (passed, failed) = (0, 0);

        foreach (var some in Enumerable.Range(first, seeds).Chunk(PerWorld))
        {
            var began = TimeProvider.System.GetTimestamp();
            await using var world = await SandboxWorld.StartAsync(OrderRun.World(some[0]), cancellationToken);
            var outcomes = await new OrderRun(world).RunAsync(some, cancellationToken);
            var wrong = outcomes.Where(outcome => outcome.Differences.Count > 0 || outcome.SyncState is not "completed").ToList();
            passed += outcomes.Count - wrong.Count;
            failed += wrong.Count + world.Jira.Violations.Count;

            await output.WriteLineAsync($"seeds {some[0]} to {some[^1]}: {outcomes.Count - wrong.Count} as at GitLab, {wrong.Count} not; {world.Jira.Violations.Count} of Jira's rules broken; {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");

            foreach (var outcome in wrong)
            {
                await output.WriteLineAsync($"\nseed {outcome.Seed}, sync {outcome.SyncState}\n  {string.Join("\n  ", [.. outcome.Differences, "after", .. outcome.Changes])}\n");
            }

            foreach (var violation in world.Jira.Violations)
            {
                await output.WriteLineAsync($"  {violation}");
            }
        }

        await output.WriteLineAsync($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
