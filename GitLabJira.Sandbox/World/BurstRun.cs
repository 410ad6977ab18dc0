using System.Globalization;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.Jira.Traffic;
using GitLabJira.Sandbox.Storage;

namespace GitLabJira.Sandbox.World;

/// <summary>What a burst and the wave before it cost, from the log of the Jira site.</summary>
/// <param name="WavePosts">For the old data of all projects in one wave.</param>
/// <param name="Posts">For the burst.</param>
/// <param name="First">How long the first event of the burst took to Jira, in virtual time.</param>
/// <param name="Slowest">The same of the slowest.</param>
/// <param name="Transactions">Of the storage, for the burst.</param>
/// <param name="MixedPosts">Those that hold another link's data too, or another project's where that is not allowed: none.</param>
public sealed record BurstOutcome(int Projects, int WavePosts, int Events, int Arrived, int Posts, int Transactions, TimeSpan First, TimeSpan Slowest, int MixedPosts, IReadOnlyList<string> Differences);

/// <summary>Syncs a wave of small projects of one link, then lets many small events happen within seconds: one branch each.</summary>
/// <remarks>Virtual time: what is counted is what the rules give, not what a machine can do. Reads take 200 ms and calls to Jira 300 ms, so that events do meet each other.</remarks>
public sealed class BurstRun(SandboxWorld world, StorageLog storage)
{
    private const int PerSecond = 100;
    private const int Issues = 30;

    private static readonly TimeSpan ReadTakes = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CallTakes = TimeSpan.FromMilliseconds(300);

    /// <summary>Without GitLab's limits: 1,000 events need more requests than gitlab.com allows a user in a minute, and would come in two or three minutes.</summary>
    public static WorldOptions World(int projects, StorageLog storage) => new()
    {
        Storage = storage.Note,
        Seed = Seed.ManyProjects(projects),
        GitLab = new() { RateLimits = GitLab.Rest.RateLimits.None },
        Settings = WorldOptions.NoGitLabLimits,
    };

    public async Task<BurstOutcome> RunAsync(int events, CancellationToken cancellationToken)
    {
        var group = world.GitLab.State.Group("scale");
        var projects = world.GitLab.State.ProjectsOf(group, includeSubgroups: true).ToList();
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", cancellationToken);
        await admin.LinkedAsync(group.Id, cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), cancellationToken);
        var wave = Posts(after: 0);

        world.GitLab.Faults.Add(new GitLab.Faults.Fault("/api/v4/projects/*", GitLab.Faults.FaultKind.Delay) { Delay = ReadTakes });
        world.Jira.Faults.Add(Fault.Delay(CallTakes));
        var before = world.Jira.RequestLog.Select(request => request.Number).DefaultIfEmpty().Max();
        storage.Clear();
        var happened = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

        for (var n = 0; n < events; n++)
        {
            var branch = string.Create(CultureInfo.InvariantCulture, $"SHOP-{(n % Issues) + 1}-burst-{n}");
            happened[Truth.BranchId(branch)] = world.Clock.GetUtcNow();
            world.GitLab.CreateBranch("olivia", projects[n % projects.Count].Id, branch);
            await world.AdvanceAsync(TimeSpan.FromSeconds(1.0 / PerSecond), cancellationToken);
        }

        await world.AdvanceAsync(TimeSpan.FromSeconds(45), cancellationToken);
        var burst = Posts(before);
        var waits = burst
            .SelectMany(post => post.Post!.Accepted.Where(entity => happened.ContainsKey(entity.Id)).Select(entity => (entity.Id, At: post.At + post.Duration)))
            .GroupBy(arrival => arrival.Id, StringComparer.Ordinal)
            .ToDictionary(arrival => arrival.Key, arrival => arrival.Min(a => a.At) - happened[arrival.Key], StringComparer.Ordinal);
        var truth = new Truth(world.Jira);

        return new BurstOutcome(
            projects.Count,
            wave.Count(post => post.Post!.Backfill),
            events,
            waits.Count,
            burst.Count,
            storage.Transactions,
            waits.GetValueOrDefault(happened.MinBy(branch => branch.Value).Key),
            waits.Values.DefaultIfEmpty().Max(),
            wave.Concat(burst).Count(IsMixed),
            [.. projects.SelectMany(project => truth.Differences(world.GitLab.State.Projects[project.Id], since: null))]);
    }

    private List<LoggedRequest> Posts(long after) => [.. world.Jira.RequestLog.Where(request => request.Number > after && request.Post is not null)];

    /// <summary>A request's properties name one link, and one project of it except for development information.</summary>
    private static bool IsMixed(LoggedRequest request) =>
        !request.Post!.Properties.ContainsKey("linkId") || (request.Post.Family != "devinfo" && !request.Post.Properties.ContainsKey("projectId"));
}
