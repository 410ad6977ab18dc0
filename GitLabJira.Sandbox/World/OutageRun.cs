using System.Globalization;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.Sandbox.World;

/// <summary>What an hour without one site did.</summary>
/// <param name="Before">Median time from event to Jira at the other sites, before the outage.</param>
/// <param name="During">The same during it.</param>
/// <param name="CallsDuring">How often the broken site was called while it was broken.</param>
/// <param name="Differences">Of all sites, when everything has settled.</param>
public sealed record OutageOutcome(int Events, int Arrived, TimeSpan Before, TimeSpan During, int CallsDuring, IReadOnlyList<string> Differences)
{
    public double Ratio => During / Before;
}

/// <summary>Three sites show the same group; one answers 429 and 503 for an hour while people go on pushing.</summary>
/// <remarks>Virtual time, so the ratio tells whether anybody waits for the broken site, not what its retries cost a machine.</remarks>
public sealed class OutageRun(SandboxWorld world)
{
    private const int Issues = 30;
    private const string Group = "acme";

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Outage = TimeSpan.FromHours(1);
    private static readonly TimeSpan ReadTakes = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CallTakes = TimeSpan.FromMilliseconds(300);

    private readonly List<JiraSite> _others = [];
    private int _branches;

    public static WorldOptions World() => new() { Seed = Seed.Small(), GitLab = new() { RateLimits = GitLab.Rest.RateLimits.None }, Settings = WorldOptions.NoGitLabLimits };

    /// <param name="events">In the hour.</param>
    public async Task<OutageOutcome> RunAsync(int events, CancellationToken cancellationToken)
    {
        var group = world.GitLab.State.Group(Group);
        var projects = world.GitLab.State.ProjectsOf(group, includeSubgroups: true).ToList();

        using (var admin = await JiraAdmin.ReadyAsync(world, "olivia", cancellationToken))
        {
            await admin.LinkedAsync(group.Id, cancellationToken);
        }

        await AddSiteAsync("Southwind", group, cancellationToken);
        await AddSiteAsync("Eastwind", group, cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(5), cancellationToken);
        world.GitLab.Faults.Add(new GitLab.Faults.Fault("/api/v4/projects/*", GitLab.Faults.FaultKind.Delay) { Delay = ReadTakes });

        foreach (var site in _others)
        {
            site.Faults.Add(Fault.Delay(CallTakes));
        }

        var before = await ChangeAsync(projects, Math.Max(10, events / 4), Gap, cancellationToken);
        var began = world.Clock.GetUtcNow();
        Dictionary<string, DateTimeOffset> during;

        // Named waits, a site that is down, and one that answers sometimes.
        using (world.Jira.Faults.Add(Fault.TooManyRequests(TimeSpan.FromMinutes(2), "jira-quota-tenant-based") with { Probability = 0.3 }))
        using (world.Jira.Faults.Add(Fault.Status(503, retryAfter: TimeSpan.FromSeconds(30)) with { Probability = 0.4 }))
        using (world.Jira.Faults.Add(Fault.Status(503)))
        {
            during = await ChangeAsync(projects, events, Outage / events, cancellationToken);
        }

        var calls = world.Jira.RequestLog.Count(request => request.At >= began && request.IsApi);
        await world.AdvanceAsync(TimeSpan.FromMinutes(20), cancellationToken);

        return new OutageOutcome(
            events,
            Waits(world.Jira, during).Count,
            Median(_others.SelectMany(site => Waits(site, before))),
            Median(_others.SelectMany(site => Waits(site, during))),
            calls,
            [.. _others.Prepend(world.Jira).SelectMany(site => projects.SelectMany(project => new Truth(site).Differences(world.GitLab.State.Projects[project.Id], since: null).Select(difference => $"{site.BaseUrl}: {difference}")))]);
    }

    /// <summary>Each event pushes a branch with a commit.</summary>
    /// <returns>When which branch was made, by its id at Jira.</returns>
    private async Task<Dictionary<string, DateTimeOffset>> ChangeAsync(List<GitLabProject> projects, int events, TimeSpan gap, CancellationToken cancellationToken)
    {
        var happened = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

        for (var n = 0; n < events; n++)
        {
            var branch = string.Create(CultureInfo.InvariantCulture, $"SHOP-{(_branches % Issues) + 1}-outage-{_branches++}");
            happened[Truth.BranchId(branch)] = world.Clock.GetUtcNow();
            world.GitLab.Push("olivia", projects[n % projects.Count].Id, branch, $"SHOP-{(n % Issues) + 1} step");
            await world.AdvanceAsync(gap, cancellationToken);
        }

        return happened;
    }

    private async Task AddSiteAsync(string name, GitLabGroup group, CancellationToken cancellationToken)
    {
        var site = await world.StartJiraSiteAsync(new JiraSiteOptions { Name = name }, cancellationToken);
        await site.InstallAsync(world.Descriptor, cancellationToken: cancellationToken);
        using var admin = new JiraAdmin(world, site, site.Users.SiteAdmin);
        await admin.SignInAsync(world.GitLab, "olivia", cancellationToken);
        await admin.LinkedAsync(group.Id, cancellationToken);
        _others.Add(site);
    }

    private static List<TimeSpan> Waits(JiraSite site, Dictionary<string, DateTimeOffset> happened) =>
    [
        .. site.RequestLog
            .Where(request => request.Post is not null && request.Status == 202)
            .SelectMany(request => request.Post!.Accepted.Where(entity => happened.ContainsKey(entity.Id)).Select(entity => (entity.Id, At: request.At + request.Duration)))
            .GroupBy(arrival => arrival.Id, StringComparer.Ordinal)
            .Select(arrival => arrival.Min(a => a.At) - happened[arrival.Key]),
    ];

    private static TimeSpan Median(IEnumerable<TimeSpan> waits) => waits.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : TimeSpan.Zero;
}
