using System.Globalization;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Survival;

/// <summary>Two processes sync 45 projects; one gets SIGKILL in the middle of the second wave. What the other one makes of it, once for all tests.</summary>
[TestClass]
[DoNotParallelize]
public sealed class KilledProcessTests
{
    /// <summary>So that the one that dies surely reads some.</summary>
    private static readonly Dictionary<string, string> EachTakesHalfAWave = new(StringComparer.Ordinal)
    {
        ["AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions"] = "10",
    };

    private static (string? State, int Done) _sync;
    private static int _projects;
    private static int _startedBefore;
    private static int _mostStarts;
    private static IReadOnlyList<string> _differences = [];
    private static IReadOnlyList<string> _violations = [];
    private static HashSet<long> _interrupted = [];
    private static IReadOnlyDictionary<long, int> _reads = new Dictionary<long, int>();

    [ClassInitialize]
    public static async Task KillOne(TestContext test)
    {
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Seed = Seed.Demonstration(), Settings = EachTakesHalfAWave }, test.CancellationToken);
        var group = world.GitLab.State.Group("acme");
        var projects = world.GitLab.State.ProjectsOf(group, includeSubgroups: true).ToList();
        _projects = projects.Count;

        // Each project's reading takes some seconds, in which its process can die.
        world.GitLab.Faults.Add(new Fault("/api/v4/projects/*/repository/branches", FaultKind.Delay) { Delay = TimeSpan.FromSeconds(3) });
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
        var link = await admin.LinkedAsync(group.Id, test.CancellationToken);

        await world.AdvanceUntilAsync(
            () => ProjectStarts.Of(world.GitLab.RequestLog).Count == ProjectStarts.PerMinute * 2, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), test.CancellationToken);
        _startedBefore = ProjectStarts.Of(world.GitLab.RequestLog).Count;
        world.Kill(world.Processes[0]);

        // Whatever is still being read now has lost its reader.
        await world.AdvanceAsync(TimeSpan.FromSeconds(45), test.CancellationToken);
        _interrupted = (await new WorldTables(world).ProjectsAsync("Running", test.CancellationToken)).ToHashSet();

        for (var passed = 0; passed < 60 && _sync.State is null or "listing" or "running" or "waiting"; passed++)
        {
            await world.AdvanceAsync(TimeSpan.FromSeconds(30), test.CancellationToken);
            var sync = await admin.SyncOfAsync(link, test.CancellationToken);
            _sync = ((string?)sync?["state"], (int?)sync?["done"] ?? 0);
        }

        await world.AdvanceAsync(TimeSpan.FromMinutes(2), test.CancellationToken);
        var truth = new Truth(world.Jira);
        _differences = [.. projects.SelectMany(project => truth.Differences(project, since: null))];
        _violations = [.. world.Jira.Violations.Select(violation => violation.ToString())];
        _mostStarts = ProjectStarts.MostInAMinute(world.GitLab.RequestLog);
        _reads = ProjectStarts.Of(world.GitLab.RequestLog).CountBy(start => long.Parse(start.Path.Split('/')[^1], CultureInfo.InvariantCulture)).ToDictionary();
    }

    [TestMethod]
    public void The_run_ends_with_every_project_synced()
    {
        Assert.AreEqual(("completed", _projects), _sync);
        Assert.IsEmpty(_differences, string.Join('\n', _differences.Take(10)));
        Assert.IsEmpty(_violations, string.Join('\n', _violations));
    }

    [TestMethod]
    public void Only_the_interrupted_projects_are_read_twice()
    {
        Assert.AreEqual(ProjectStarts.PerMinute * 2, _startedBefore);
        Assert.HasCount(10, _interrupted);
        Assert.HasCount(_projects, _reads);
        Assert.AreEqual("", string.Join(", ", _reads.Where(project => project.Value > (_interrupted.Contains(project.Key) ? 2 : 1))));
    }

    [TestMethod]
    public void Never_more_than_20_projects_start_in_a_minute() => Assert.AreEqual(ProjectStarts.PerMinute, _mostStarts);
}
