using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Seeding;

namespace GitLabJira.Sandbox.World.Order;

/// <summary>How one story ended.</summary>
/// <param name="Differences">In which entities Jira differs from GitLab when everything has settled; empty is what the app promises.</param>
/// <param name="ReadWithin">The initial sync was reading while changes happened: some came before its last request, some after its first.</param>
/// <param name="RepairedWithin">A round of reconcile has read while changes happened.</param>
/// <param name="SyncState">How the initial sync ended.</param>
/// <param name="Changes">Each change with its time, to find out what went wrong.</param>
public sealed record OrderOutcome(int Seed, IReadOnlyList<string> Differences, bool ReadWithin, bool RepairedWithin, string? SyncState, IReadOnlyList<string> Changes);

/// <summary>
/// Lets projects change in true order at GitLab, while everything in between is in disorder: hooks are late, shuffled and doubled, each read shows another moment of the last 20 seconds and some
/// get lost, Jira applies what it took late, shuffled and doubled, and an initial sync and a round of reconcile of the same group read meanwhile. Then everything settles, and Jira must hold what GitLab holds.
/// </summary>
public sealed class OrderRun(SandboxWorld world)
{
    private const int History = 70;
    private const int Changes = 60;
    private const string Reads = "/api/v4/projects/*";

    private static readonly string[] Writes = ["/rest/devinfo/*", "/rest/builds/*", "/rest/deployments/*", "/rest/featureflags/*"];

    /// <summary>The initial sync is one of all kinds.</summary>
    private static readonly string[] Kinds = ["merge_requests", "branches", "commits", "pipelines", "deployments", "feature_flags"];

    /// <summary>After so many changes somebody asks for a round of reconcile, which begins within a minute.</summary>
    private const int ChangesBeforeRepair = 15;

    /// <summary>So many last changes of a story wait until its initial sync and reconcile read, however long others of the host keep them waiting.</summary>
    private const int ChangesWithin = 10;

    /// <summary>Nobody waits for them any longer after that; the outcome then says so.</summary>
    private static readonly TimeSpan ReadersComeWithin = TimeSpan.FromMinutes(30);

    /// <summary>Between the starts of two stories, so that the initial syncs (8 at a time on a host) keep up with them.</summary>
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Settles = TimeSpan.FromMinutes(30);

    private readonly Dictionary<ProjectStory, Chapter> _stories = [];
    private readonly Truth _truth = new(world.Jira);

    /// <summary>A world for such a run; the number decides about all its delays.</summary>
    public static WorldOptions World(int seed) => new()
    {
        Seed = Seed.Small(),
        // About order: 25 histories and stories of one user would take gitlab.com's limits hours.
        GitLab = new() { RandomSeed = seed, RateLimits = GitLab.Rest.RateLimits.None },
        Settings = WorldOptions.NoGitLabLimits,
        Jira = new() { Seed = seed, MaxApplyDelay = TimeSpan.FromSeconds(20), AppliesTwice = 0.2 },
    };

    /// <summary>Tells all stories at the same time, each from the linking of its group to its last change.</summary>
    public async Task<IReadOnlyList<OrderOutcome>> RunAsync(IEnumerable<int> seeds, CancellationToken cancellationToken)
    {
        foreach (var seed in seeds)
        {
            _stories[ProjectStory.Begin(world.GitLab, seed, History)] = new Chapter();
        }

        // The history has a time of its own for each change, ahead of a clock that stood still.
        await world.AdvanceAsync(TimeSpan.FromMinutes(1), cancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", cancellationToken);
        BringDisorder();
        await TellAsync(admin, cancellationToken);
        await world.AdvanceAsync(Settles, cancellationToken);

        var outcomes = new List<OrderOutcome>();

        foreach (var (story, chapter) in _stories)
        {
            var sync = await admin.SyncOfAsync(chapter.Link!, cancellationToken);
            outcomes.Add(new OrderOutcome(story.Seed, Differences(story), SyncReadAt(story, chapter) < chapter.LastAt, RepairReadAt(story, chapter) < chapter.LastAt, (string?)sync?["state"], [.. story.Told]));
        }

        return outcomes;
    }

    /// <summary>Changes of each story, of which the app does not hear, until there is a difference. Who then sees none would see none ever.</summary>
    /// <returns>The number of each story and in how many entities Jira differs now.</returns>
    public IReadOnlyDictionary<int, int> ChangeSilently()
    {
        // No time passes: a round of reconcile would find it.
        world.GitLab.Faults.DropHook = _ => true;

        foreach (var story in _stories.Keys)
        {
            for (var tried = 0; tried < Changes && Differences(story).Count == 0; tried++)
            {
                story.Next();
            }
        }

        world.GitLab.Faults.DropHook = null;
        return _stories.Keys.ToDictionary(story => story.Seed, story => Differences(story).Count);
    }

    /// <summary>How many deliveries were sent after one of a later event, and how many twice: what the disorder was worth.</summary>
    public (int Overtaken, int Doubled) Disorder()
    {
        var sent = world.GitLab.HookLog.All.Where(delivery => delivery.SentAt is not null).ToList();
        var overtaken = sent.GroupBy(delivery => delivery.HookId).Sum(hook => Overtaken([.. hook.OrderBy(delivery => delivery.SentAt).Select(delivery => delivery.HappenedAt)]));
        return (overtaken, sent.Count - sent.DistinctBy(delivery => delivery.IdempotencyKey).Count());
    }

    private static int Overtaken(IReadOnlyList<DateTimeOffset> happened) => happened.Where((at, index) => happened.Take(index).Any(earlier => earlier > at)).Count();

    private void BringDisorder()
    {
        var gitLab = world.GitLab.Faults;
        gitLab.Hooks = new HookDisorder(MaxDelay: TimeSpan.FromSeconds(15), DoubleRate: 0.25);
        gitLab.ReplicaLag = TimeSpan.FromSeconds(20);
        gitLab.Add(new Fault(Reads, FaultKind.Delay) { Delay = TimeSpan.FromSeconds(1), Probability = 0.25 });
        gitLab.Add(new Fault(Reads, FaultKind.Delay) { Delay = TimeSpan.FromSeconds(4), Probability = 0.1 });
        gitLab.Add(new Fault(Reads, FaultKind.Delay) { Delay = TimeSpan.FromSeconds(8), Probability = 0.04 });
        gitLab.Add(new Fault(Reads, FaultKind.LoseAnswer) { Probability = 0.02 });
        gitLab.Add(new Fault(Reads, FaultKind.Status) { Status = 502, Probability = 0.02 });
        // Each of them holds all stories, which have one user.
        gitLab.Add(new Fault(Reads, FaultKind.RateLimit) { RetryAfter = TimeSpan.FromSeconds(7), Probability = 0.0005 });

        var jira = world.Jira.Faults;

        foreach (var writes in Writes)
        {
            jira.Add(Jira.Traffic.Fault.LoseAnswer(writes) with { Probability = 0.05 });
            jira.Add(Jira.Traffic.Fault.Status(503, writes, retryAfter: TimeSpan.FromSeconds(2)) with { Probability = 0.02 });
            jira.Add(Jira.Traffic.Fault.Delay(TimeSpan.FromSeconds(3), writes) with { Probability = 0.2 });
        }
    }

    private async Task TellAsync(JiraAdmin admin, CancellationToken cancellationToken)
    {
        var agenda = new PriorityQueue<ProjectStory, (DateTimeOffset At, int Seed)>();
        var begin = world.Clock.GetUtcNow();

        foreach (var (story, index) in _stories.Keys.Select((story, index) => (story, index)))
        {
            agenda.Enqueue(story, (begin + (Spacing * index), story.Seed));
        }

        while (agenda.TryDequeue(out var story, out var next))
        {
            if (next.At - world.Clock.GetUtcNow() is { Ticks: > 0 } wait)
            {
                await world.AdvanceAsync(wait, cancellationToken);
            }

            var chapter = _stories[story];

            if (story.Told.Count == Changes - ChangesWithin && !HaveReadersCome(story, chapter) && world.Clock.GetUtcNow() < chapter.LinkedAt + ReadersComeWithin)
            {
                agenda.Enqueue(story, (world.Clock.GetUtcNow() + Spacing, story.Seed));
                continue;
            }

            if (chapter.Link is null)
            {
                chapter.Link = await admin.LinkedAsync(story.GroupId, cancellationToken, new { kinds = Kinds });
                chapter.LinkedAt = world.Clock.GetUtcNow();
            }
            else
            {
                story.Next();
                chapter.LastAt = world.Clock.GetUtcNow();
            }

            if (story.Told.Count == ChangesBeforeRepair)
            {
                await admin.CallAsync(HttpMethod.Post, $"configuration/links/{chapter.Link}/hook", body: null, cancellationToken);
            }

            if (story.Told.Count < Changes)
            {
                agenda.Enqueue(story, (world.Clock.GetUtcNow() + story.Pause(), story.Seed));
            }
        }
    }

    private IReadOnlyList<string> Differences(ProjectStory story) =>
    [
        .. _truth.Differences(story.Project, _stories[story].LinkedAt),
        .. _truth.CiDifferences(story.Project, since: DateTimeOffset.MinValue, story.Written),
    ];

    private bool HaveReadersCome(ProjectStory story, Chapter chapter) => SyncReadAt(story, chapter) is not null && RepairReadAt(story, chapter) is not null;

    /// <summary>When the initial sync began to read. It lists branches first of all; reconcile leaves a project alone until then.</summary>
    private DateTimeOffset? SyncReadAt(ProjectStory story, Chapter chapter) =>
        FirstRead("GET projects/:id/repository/branches", $"/api/v4/projects/{story.ProjectId}/", chapter.LinkedAt);

    /// <summary>When reconcile began to read. Only it lists the merge requests of a group.</summary>
    private DateTimeOffset? RepairReadAt(ProjectStory story, Chapter chapter) =>
        FirstRead("GET groups/:id/merge_requests", $"/api/v4/groups/{story.GroupId}/", chapter.LinkedAt);

    private DateTimeOffset? FirstRead(string endpoint, string path, DateTimeOffset after) => world.GitLab.RequestLog.Entries
        .FirstOrDefault(request => request.Endpoint == endpoint && request.At > after && request.Path.StartsWith(path, StringComparison.Ordinal))?.At;

    private sealed class Chapter
    {
        public string? Link { get; set; }

        public DateTimeOffset LinkedAt { get; set; }

        public DateTimeOffset LastAt { get; set; }
    }
}
