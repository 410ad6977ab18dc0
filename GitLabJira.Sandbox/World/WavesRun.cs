using GitLabJira.Sandbox.GitLab.Seeding;

namespace GitLabJira.Sandbox.World;

/// <summary>What one wave of an initial sync left.</summary>
/// <param name="History">The largest that was seen while the wave was the last one.</param>
/// <param name="Memory">Of all processes of the app, in bytes.</param>
public sealed record WaveSample(int Wave, HistorySize History, long Memory);

/// <summary>How an initial sync of many projects went.</summary>
/// <param name="Waves">In their order, the last one included.</param>
/// <param name="Took">Virtual time.</param>
public sealed record WavesOutcome(string? State, int Projects, int Done, IReadOnlyList<WaveSample> Waves, TimeSpan Took, int MostStartsInAMinute, IReadOnlyList<string> Differences);

/// <summary>Links a group of many small projects and looks at what the app uses, wave by wave.</summary>
public sealed class WavesRun(SandboxWorld world)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    public static WorldOptions World(int projects) => new()
    {
        Seed = Seed.ManyProjects(projects),
        // About the sync alone: reconcile asks for projects too.
        Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["AzureWebJobs.SweepDueLinks.Disabled"] = "true" },
    };

    public async Task<WavesOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var group = world.GitLab.State.Group("scale");
        var projects = world.GitLab.State.ProjectsOf(group, includeSubgroups: true).ToList();
        var tables = new WorldTables(world);
        var samples = new SortedDictionary<int, WaveSample>();
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", cancellationToken);
        var link = await admin.LinkedAsync(group.Id, cancellationToken);
        var began = world.Clock.GetUtcNow();
        var limit = TimeSpan.FromMinutes(10 + (projects.Count / 10));
        string? state;

        do
        {
            await world.AdvanceAsync(Step, cancellationToken);
            state = (string?)(await admin.SyncOfAsync(link, cancellationToken))?["state"];
            await SampleAsync(tables, samples, cancellationToken);
        }
        while (state is null or "listing" or "running" or "waiting" && world.Clock.GetUtcNow() - began < limit);

        var took = world.Clock.GetUtcNow() - began;

        // Jira applies what it accepted a little later.
        await world.AdvanceAsync(TimeSpan.FromMinutes(2), cancellationToken);
        var truth = new Truth(world.Jira);
        return new WavesOutcome(
            state,
            projects.Count,
            (int?)(await admin.SyncOfAsync(link, cancellationToken))?["done"] ?? 0,
            [.. samples.Values],
            took,
            ProjectStarts.MostInAMinute(world.GitLab.RequestLog),
            [.. projects.SelectMany(project => truth.Differences(project, since: null))]);
    }

    private async Task SampleAsync(WorldTables tables, SortedDictionary<int, WaveSample> samples, CancellationToken cancellationToken)
    {
        var starts = ProjectStarts.Of(world.GitLab.RequestLog).Count;

        if (starts == 0)
        {
            return;
        }

        var wave = (starts + ProjectStarts.PerMinute - 1) / ProjectStarts.PerMinute;
        var seen = await tables.HistoryAsync(cancellationToken);
        var before = samples.TryGetValue(wave, out var sample) ? sample.History : new HistorySize(0, 0);
        var history = new HistorySize(Math.Max(before.Rows, seen.Rows), Math.Max(before.Bytes, seen.Bytes));
        samples[wave] = new WaveSample(wave, history, world.Processes.Sum(process => process.WorkingSet));
    }
}
