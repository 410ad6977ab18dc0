using GitLabJira.Sandbox.Storage;
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
        var storage = new StorageLog();
        await using var world = await SandboxWorld.StartAsync(BurstRun.World(Projects, storage), cancellationToken);
        var outcome = await new BurstRun(world, storage).RunAsync(events, cancellationToken);
        await output.WriteLineAsync($"wave of {outcome.Projects} small projects: {outcome.WavePosts} POSTs");
        await output.WriteLineAsync(
            $"burst of {outcome.Events} small events of one link: {outcome.Posts} POSTs, {outcome.Arrived} arrived, the first after {outcome.First.TotalSeconds:F1} s, the last after {outcome.Slowest.TotalSeconds:F1} s (virtual time); {(double)outcome.Transactions / outcome.Events:F1} storage transactions each; {outcome.MixedPosts} POSTs mix links or projects, {outcome.Differences.Count} differences; {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");

        foreach (var difference in outcome.Differences.Take(20))
        {
            await output.WriteLineAsync($"  {difference}");
        }

        return outcome is { WavePosts: <= MostWavePosts, Posts: <= MostPosts, MixedPosts: 0, Differences.Count: 0 } && outcome.Arrived == outcome.Events ? 0 : 1;
    }
}
