using GitLabJira.Sandbox.World.Faults;

namespace GitLabJira.Benchmarks.Faults;

/// <summary>Fault runs, one world after the other.</summary>
internal static class FaultsVerb
{
    /// <summary>What the suite must not do without noticing.</summary>
    public static readonly string[] Protections = ["stored-first", "asked-again", "second-looks", "kept-until-taken", "sweep"];

    /// <returns>0 when nothing was lost and nothing was wrong.</returns>
    public static async Task<int> RunAsync(int first, int seeds, string? without, TextWriter output, CancellationToken cancellationToken)
    {
        var tally = new FaultTally();
        var (lost, wrong) = (0, 0);

        foreach (var seed in Enumerable.Range(first, seeds))
        {
            var began = TimeProvider.System.GetTimestamp();
            var outcome = await FaultRun.RunAsync(new FaultPlan(seed) { Without = without }, cancellationToken);
            tally.Add(outcome.Tally);
            (lost, wrong) = (lost + outcome.Lost.Count, wrong + outcome.Wrong.Count);
            await output.WriteLineAsync($"seed {seed}: {outcome.Tally.Total} injected, {outcome.Lost.Count} lost, {outcome.Wrong.Count} wrong, {outcome.Replayed.Count} replayed; {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");

            foreach (var line in outcome.Replayed.Concat(outcome.Lost).Concat(outcome.Wrong).Concat(outcome.Trails))
            {
                await output.WriteLineAsync($"  {line}");
            }
        }

        foreach (var (what, times) in tally.Counts)
        {
            await output.WriteLineAsync($"{times,8} {what}");
        }

        await output.WriteLineAsync($"faults: {tally.Total} injected, {lost} lost, {wrong} wrong");
        return lost + wrong == 0 ? 0 : 1;
    }
}
