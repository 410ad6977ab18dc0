using System.Globalization;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.KeyVault;
using GitLabJira.Sandbox.World.Order;
using Fault = GitLabJira.Sandbox.GitLab.Faults.Fault;
using FaultKind = GitLabJira.Sandbox.GitLab.Faults.FaultKind;
using JiraFault = GitLabJira.Sandbox.Jira.Traffic.Fault;

namespace GitLabJira.Sandbox.World.Faults;

/// <summary>What a fault run is to be like.</summary>
/// <param name="Seed">Decides about stories and faults. What happens at the same moment in two processes is nobody's to decide, so that a seed tells a like run, not the same.</param>
public sealed record FaultPlan(int Seed)
{
    /// <summary>Projects that change meanwhile.</summary>
    public int Stories { get; init; } = 4;

    /// <summary>Changes in each of them.</summary>
    public int Changes { get; init; } = 30;

    /// <summary>Of all requests to the storage, at how many the process that makes one dies.</summary>
    public double Killing { get; init; } = 0.0012;

    /// <summary>A protection that the app does without; null: none.</summary>
    public string? Without { get; init; }
}

/// <summary>How a fault run ended.</summary>
/// <param name="Lost">What an acknowledged event told and Jira does not have.</param>
/// <param name="Wrong">What else differs from GitLab, or should not be.</param>
/// <param name="Replayed">What could not be processed at first and was replayed by an operator, with the reasons.</param>
/// <param name="Trails">What the app's own trail tells of each entity that differs.</param>
public sealed record FaultOutcome(FaultTally Tally, IReadOnlyList<string> Lost, IReadOnlyList<string> Wrong, IReadOnlyList<string> Replayed, IReadOnlyList<string> Trails);

/// <summary>
/// Lets projects change while everything fails that can: GitLab, Jira, storage, vault, clocks, and the app's processes, which are killed between any two steps. When the faults are over, deliveries
/// that GitLab could not make are made again, so that each event was acknowledged, and Jira must hold what GitLab holds.
/// </summary>
public sealed class FaultRun : IAsyncDisposable
{
    private const int History = 25;
    private const string Reads = "/api/v4/*";

    private static readonly string[] Writes = ["/rest/devinfo/*", "/rest/builds/*", "/rest/deployments/*", "/rest/featureflags/*"];
    private static readonly string[] Kinds = ["merge_requests", "branches", "commits", "pipelines", "deployments", "feature_flags"];

    private static readonly TimeSpan Settles = TimeSpan.FromMinutes(50);

    /// <summary>Longer than a token serves, so that it has to be refreshed.</summary>
    private static readonly TimeSpan Night = TimeSpan.FromMinutes(100);

    private readonly FaultPlan _plan;
    private readonly FaultTally _tally = new();
    private readonly StorageFaults _storage;
    private readonly Random _dice;
    private readonly Dictionary<ProjectStory, LinkedStory> _stories = [];
    private SandboxWorld _world = null!;
    private KeyVaultSite _vault = null!;
    private Truth _truth = null!;
    private bool _isOn;

    private FaultRun(FaultPlan plan)
    {
        _plan = plan;
        _dice = new Random(plan.Seed);
        _storage = new StorageFaults(plan.Seed, plan.Killing, _tally);
    }

    /// <summary>Runs once.</summary>
    public static async Task<FaultOutcome> RunAsync(FaultPlan plan, CancellationToken cancellationToken)
    {
        await using var run = new FaultRun(plan);
        await run.StartAsync(cancellationToken);
        return await run.TellAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await (_world?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_vault?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _vault = await KeyVaultSite.StartAsync(IsVaultBusy, cancellationToken);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Faulty__Vault"] = _vault.Address.AbsoluteUri,
            ["Sealing__KeyVaultKeyId"] = KeyVaultSite.KeyId.AbsoluteUri,
            // The host's own switch. Reconcile would repair what the relay loses, and nobody would see it.
            ["AzureWebJobs.SweepDueLinks.Disabled"] = "true",
            ["Functions__Keys__default"] = FaultInquiry.Key,
        };

        if (_plan.Without is "sweep")
        {
            settings["AzureWebJobs.SweepDirtySites.Disabled"] = "true";
        }
        else if (_plan.Without is { } protection)
        {
            settings["Faulty__Without"] = protection;
        }

        _world = await SandboxWorld.StartAsync(
            new WorldOptions
            {
                Seed = Seed.Small(),
                App = "GitLabJira.FaultyApp",
                Storage = _storage.Judge,
                ClockOffset = WrongClock,
                GitLab = new() { RandomSeed = _plan.Seed },
                Jira = new() { Seed = _plan.Seed, MaxApplyDelay = TimeSpan.FromSeconds(20), AppliesTwice = 0.2 },
                Settings = settings,
            },
            cancellationToken);
        _storage.Mortal = () => _world.Processes.Select(process => process.Name);
        _truth = new Truth(_world.Jira);
    }

    private async Task<FaultOutcome> TellAsync(CancellationToken cancellationToken)
    {
        for (var number = 0; number < _plan.Stories; number++)
        {
            _stories[ProjectStory.Begin(_world.GitLab, (_plan.Seed * 1000) + number, History)] = new LinkedStory();
        }

        await _world.AdvanceAsync(TimeSpan.FromMinutes(1), cancellationToken);
        using var person = await JiraAdmin.ReadyAsync(_world, "olivia", cancellationToken);
        var admin = new PatientAdmin(_world, person);
        BringFaults();

        foreach (var (story, linked) in _stories)
        {
            linked.Id = await admin.LinkAsync(story.GroupId, new { kinds = Kinds }, cancellationToken);
            linked.Since = _world.GitLab.Now;
        }

        for (var change = 0; change < _plan.Changes; change++)
        {
            await _world.AdvanceAsync(TimeSpan.FromSeconds(_dice.Next(1, 12)), cancellationToken);

            foreach (var story in _stories.Keys)
            {
                story.Next();
            }

            if (change % 10 == 5)
            {
                PushMuch(_stories.Keys.ElementAt(_dice.Next(_stories.Count)));
            }

            if (change == _plan.Changes / 3 || change == _plan.Changes * 2 / 3)
            {
                await _world.AdvanceAsync(Night, cancellationToken);
                await RelinkAsync(admin, _stories.Keys.ElementAt(_dice.Next(_stories.Count)), cancellationToken);
            }
        }

        // One that is not to leave anything.
        var left = _stories.Keys.Last();
        await UnlinkAsync(admin, _stories[left], cancellationToken);
        _stories[left].IsLinked = false;

        await _world.AdvanceAsync(TimeSpan.FromMinutes(2), cancellationToken);
        EndFaults();
        await _world.WhenReplacedAsync();
        await _world.AdvanceAsync(TimeSpan.FromMinutes(15), cancellationToken);
        using var inquiry = new FaultInquiry(_world, person);
        var replayed = await inquiry.ReplayAsync(cancellationToken);

        foreach (var linked in _stories.Values.Where(linked => linked.IsLinked))
        {
            await inquiry.RetryAsync(linked.Id, cancellationToken);
        }

        await ResendAsync(cancellationToken);
        await _world.AdvanceAsync(Settles, cancellationToken);
        return await OutcomeAsync(inquiry, replayed, cancellationToken);
    }

    private async Task RelinkAsync(PatientAdmin admin, ProjectStory story, CancellationToken cancellationToken)
    {
        var linked = _stories[story];
        await UnlinkAsync(admin, linked, cancellationToken);
        await _world.AdvanceAsync(TimeSpan.FromSeconds(_dice.Next(1, 30)), cancellationToken);
        linked.Id = await admin.LinkAsync(story.GroupId, new { kinds = Kinds }, cancellationToken);
        linked.Since = _world.GitLab.Now;
    }

    private async Task UnlinkAsync(PatientAdmin admin, LinkedStory linked, CancellationToken cancellationToken)
    {
        await admin.UnlinkAsync(linked.Id, cancellationToken);
        linked.Unlinked.Add($"link {linked.Id} was gone at {_world.GitLab.Now:T}");
    }

    /// <summary>More than fits into a queue message, compressed or not.</summary>
    private void PushMuch(ProjectStory story)
    {
        var noise = new byte[4096];
        var commits = new List<NewCommit>();

        for (var number = 1; number <= 18; number++)
        {
            _dice.NextBytes(noise);
            commits.Add(new NewCommit($"SHOP-{(number % 5) + 1} {Convert.ToBase64String(noise)}"));
        }

        _world.GitLab.Push("dana", story.ProjectId, story.Project.DefaultBranch, commits);
    }

    private void BringFaults()
    {
        var gitLab = _world.GitLab.Faults;
        gitLab.Hooks = new HookDisorder(MaxDelay: TimeSpan.FromSeconds(15), DoubleRate: 0.25, Seed: _plan.Seed);
        gitLab.ReplicaLag = TimeSpan.FromSeconds(20);
        gitLab.ClockOffset = TimeSpan.FromMilliseconds(_dice.Next(-3_000, 3_000));
        gitLab.Add(new Fault(Reads, FaultKind.Delay) { Delay = TimeSpan.FromSeconds(4), Probability = 0.1 });
        gitLab.Add(new Fault(Reads, FaultKind.Drop) { Probability = 0.03 });
        gitLab.Add(new Fault(Reads, FaultKind.LoseAnswer) { Probability = 0.03 });
        gitLab.Add(new Fault(Reads, FaultKind.Status) { Status = 502, Probability = 0.03 });
        gitLab.Add(new Fault(Reads, FaultKind.RateLimit) { RetryAfter = TimeSpan.FromSeconds(7), Probability = 0.01 });
        gitLab.Add(new Fault("/oauth/token", FaultKind.InvalidGrant) { Probability = 0.3 });
        gitLab.Add(new Fault("/oauth/token", FaultKind.Status) { Status = 503, Probability = 0.3 });

        var jira = _world.Jira.Faults;
        jira.ClockOffset = TimeSpan.FromSeconds(_dice.Next(-20, 20));

        foreach (var writes in Writes)
        {
            jira.Add(JiraFault.LoseAnswer(writes) with { Probability = 0.06 });
            jira.Add(JiraFault.Drop(writes) with { Probability = 0.06 });
            jira.Add(JiraFault.Reset(writes) with { Probability = 0.04 });
            jira.Add(JiraFault.Status(503, writes, retryAfter: TimeSpan.FromSeconds(2)) with { Probability = 0.05 });
            jira.Add(JiraFault.Status(500, writes) with { Probability = 0.05 });
            jira.Add(JiraFault.TooManyRequests(TimeSpan.FromSeconds(5), path: writes) with { Probability = 0.03 });
            jira.Add(JiraFault.Delay(TimeSpan.FromSeconds(3), writes) with { Probability = 0.1 });
        }

        _storage.IsOn = _isOn = true;
    }

    private void EndFaults()
    {
        _storage.IsOn = _isOn = false;

        foreach (var (kind, hits) in _world.GitLab.Faults.Hits)
        {
            _tally.Add($"GitLab: {kind}", hits);
        }

        foreach (var (kind, hits) in _world.Jira.Faults.Hits)
        {
            _tally.Add($"Jira: {kind}", hits);
        }

        _world.GitLab.Faults.Clear();
        _world.GitLab.Faults.Hooks = null;
        _world.GitLab.Faults.ReplicaLag = TimeSpan.Zero;
        _world.Jira.Faults.Clear();
    }

    /// <summary>GitLab never repeats a delivery; the group's owner does, with the button in GitLab's list of them.</summary>
    private async Task ResendAsync(CancellationToken cancellationToken)
    {
        var all = _world.GitLab.HookLog.All;
        var made = all.Where(delivery => delivery.Outcome is HookOutcome.Delivered).Select(delivery => delivery.IdempotencyKey).ToHashSet();

        foreach (var delivery in all.Where(delivery => !made.Contains(delivery.IdempotencyKey)).DistinctBy(delivery => delivery.IdempotencyKey))
        {
            if (_world.GitLab.State.Hooks.TryGetValue(delivery.HookId, out var hook))
            {
                await _world.GitLab.Dispatcher.SendNowAsync(hook, delivery.Trigger, delivery.Body, delivery.IdempotencyKey, isTest: false).WaitAsync(cancellationToken);
            }
        }
    }

    private async Task<FaultOutcome> OutcomeAsync(FaultInquiry inquiry, IReadOnlyList<string> replayed, CancellationToken cancellationToken)
    {
        var (lost, wrong, trails) = (new List<string>(), new List<string>(), new List<string>());

        foreach (var (story, linked) in _stories.Where(one => one.Value.IsLinked))
        {
            var differences = Differences(story, linked.Since).ToList();

            foreach (var difference in differences)
            {
                (IsLoss(difference) ? lost : wrong).Add(difference);
                trails.AddRange(await inquiry.TrailAsync(linked.Id, story.Project, difference, cancellationToken));
            }

            trails.AddRange(differences.Count > 0 ? await inquiry.RunsAsync(linked.Id, cancellationToken) : []);
        }

        foreach (var (story, linked) in _stories.Where(one => !one.Value.IsLinked))
        {
            var left = Leftovers(story).ToList();
            wrong.AddRange(left);
            trails.AddRange(left.Count > 0 ? linked.Unlinked : []);
        }

        wrong.AddRange(_world.Jira.Violations.Select(violation => violation.ToString()));
        return new FaultOutcome(_tally, lost, wrong, replayed, trails);
    }

    private IEnumerable<string> Differences(ProjectStory story, DateTimeOffset since) =>
        [.. _truth.Differences(story.Project, since), .. _truth.CiDifferences(story.Project, DateTimeOffset.MinValue, story.Written)];

    private IEnumerable<string> Leftovers(ProjectStory story)
    {
        foreach (var held in _world.Jira.State.OfRepository(story.ProjectId.ToString(CultureInfo.InvariantCulture)))
        {
            yield return $"{story.Project.FullPath}: unlinked, and {held.Key} of link {held.Properties.GetValueOrDefault("linkId")} is at Jira since {held.StoredAt:T}";
        }

        if (_world.GitLab.State.Hooks.Values.Any(hook => hook.GroupId == story.GroupId))
        {
            yield return $"{story.Project.FullPath}: unlinked, and its hook is in GitLab";
        }
    }

    private static bool IsLoss(string difference) => difference.EndsWith("is missing", StringComparison.Ordinal) || difference.EndsWith("Jira 'nothing'", StringComparison.Ordinal);

    private bool IsVaultBusy()
    {
        lock (_storage)
        {
            var busy = _isOn && _dice.NextDouble() < 0.3;

            if (busy)
            {
                _tally.Add("vault: busy");
            }

            return busy;
        }
    }

    private TimeSpan WrongClock(string process)
    {
        if (!_isOn)
        {
            return TimeSpan.Zero;
        }

        _tally.Add("clock: wrong");
        return TimeSpan.FromMilliseconds(new Random(process.GetHashCode(StringComparison.Ordinal) ^ _plan.Seed).Next(-300, 300));
    }

    private sealed class LinkedStory
    {
        public string Id { get; set; } = "";

        public bool IsLinked { get; set; } = true;

        public DateTimeOffset Since { get; set; }

        public List<string> Unlinked { get; } = [];
    }
}
