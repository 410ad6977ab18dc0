using GitLabJira.Sandbox.World;

namespace GitLabJira.Benchmarks.Load;

/// <summary>One site is away for an hour; what becomes of its events, and do others notice?</summary>
internal static class OutageVerb
{
    private const double Unchanged = 1.1;

    /// <returns>0 when everything arrived and nobody else waited.</returns>
    public static async Task<int> RunAsync(int events, TextWriter output, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var world = await SandboxWorld.StartAsync(OutageRun.World(), cancellationToken);
        var outcome = await new OutageRun(world).RunAsync(events, cancellationToken);
        await output.WriteLineAsync(
            $"an hour of 429 and 503 at one site of three: {outcome.Arrived} of its {outcome.Events} events arrived, {outcome.CallsDuring} calls meanwhile, {outcome.Differences.Count} differences at any site; {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");
        await output.WriteLineAsync($"median latency of the other sites (virtual time): {outcome.Before.TotalSeconds:F2} s before, {outcome.During.TotalSeconds:F2} s during; ratio {outcome.Ratio:F2}");

        foreach (var difference in outcome.Differences.Take(20))
        {
            await output.WriteLineAsync($"  {difference}");
        }

        return outcome is { Differences.Count: 0, Ratio: > 0 and <= Unchanged } && outcome.Arrived == outcome.Events ? 0 : 1;
    }
}
