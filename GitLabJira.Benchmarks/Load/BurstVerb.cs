using GitLabJira.Sandbox.World;

namespace GitLabJira.Benchmarks.Load;

/// <summary>How many calls a burst of small events and a wave of small projects cost.</summary>
internal static class BurstVerb
{
    private const int Projects = 20;
    private const int MostPosts = 20;
    private const int MostWavePosts = 2;

    /// <returns>0 when all arrived in as few calls as promised.</returns>
    public static async Task<int> RunAsync(int events, TextWriter output, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var world = await SandboxWorld.StartAsync(BurstRun.World(Projects), cancellationToken);
        var outcome = await new BurstRun(world).RunAsync(events, cancellationToken);
        await output.WriteLineAsync($"wave of {outcome.Projects} small projects: {outcome.WavePosts} POSTs");
        await output.WriteLineAsync(
            $"burst of {outcome.Events} small events of one link: {outcome.Posts} POSTs, {outcome.Arrived} arrived, the first after {outcome.First.TotalSeconds:F1} s, the last after {outcome.Slowest.TotalSeconds:F1} s (virtual time); {outcome.MixedPosts} POSTs mix links or projects, {outcome.Differences.Count} differences; {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");

        foreach (var difference in outcome.Differences.Take(20))
        {
            await output.WriteLineAsync($"  {difference}");
        }

        return outcome is { WavePosts: <= MostWavePosts, Posts: <= MostPosts, MixedPosts: 0, Differences.Count: 0 } && outcome.Arrived == outcome.Events ? 0 : 1;
    }
}
