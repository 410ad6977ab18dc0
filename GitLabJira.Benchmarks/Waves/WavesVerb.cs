using GitLabJira.Sandbox.World;

namespace GitLabJira.Benchmarks.Waves;

/// <summary>The initial sync of many projects, with what it used.</summary>
internal static class WavesVerb
{
    private const int Shown = 5;
    private const double Megabyte = 1024 * 1024;

    /// <returns>0 when every project was synced.</returns>
    public static async Task<int> RunAsync(int projects, TextWriter output, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var world = await SandboxWorld.StartAsync(WavesRun.World(projects), cancellationToken);
        var outcome = await new WavesRun(world).RunAsync(cancellationToken);
        await output.WriteLineAsync(" wave  history rows  history KiB  memory MiB");

        foreach (var wave in outcome.Waves.Where(wave => wave.Wave == 1 || wave.Wave % Shown == 0 || wave == outcome.Waves[^1]))
        {
            await output.WriteLineAsync($"{wave.Wave,5}  {wave.History.Rows,12}  {wave.History.Bytes / 1024.0,11:F1}  {wave.Memory / Megabyte,10:F0}");
        }

        await output.WriteLineAsync(
            $"{outcome.Done} of {outcome.Projects} projects, {outcome.State}, {outcome.Waves.Count} waves in {outcome.Took.TotalMinutes:F0} virtual minutes, at most {outcome.MostStartsInAMinute} starts in 60 s, {outcome.Differences.Count} differences; {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");
        return outcome is { State: "completed", Differences.Count: 0 } && outcome.Done == outcome.Projects ? 0 : 1;
    }
}
