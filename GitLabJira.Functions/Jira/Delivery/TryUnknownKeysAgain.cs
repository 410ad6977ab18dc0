using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Every five minutes: has entities looked at again that name issues which their site did not know, for seven days with growing gaps. Where Jira has no such project, what names nothing else is left out for a day.</summary>
/// <remarks>A 404 may also mean that the project is hidden from the app, and hidden projects are shown again; so it holds for a day only, and what was left out is looked at again then.</remarks>
public sealed partial class TryUnknownKeysAgain(
    UnknownKeys unknown, JiraClient jira, JiraRates rates, IInstallations installations, ILinks links, ILooks looks, TimeProvider clock, ILogger<TryUnknownKeysAgain> logger)
{
    public static readonly TimeSpan SkipFor = TimeSpan.FromDays(1);

    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(7);

    /// <summary>So many projects of a site are asked for at a time; the rest with the next run.</summary>
    private const int MostProjects = 50;

    /// <summary>A read costs one point, and one for the object in its answer.</summary>
    private const int PointsOfAProject = 2;

    private static readonly IReadOnlyList<TimeSpan> Gaps =
        [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1)];

    /// <summary>How long after an attempt the next one comes.</summary>
    public static TimeSpan Gap(int attempts) => Gaps[Math.Min(attempts, Gaps.Count - 1)];

    [Function(nameof(TryUnknownKeysAgain))]
    public async Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        var due = await unknown.DueAsync(cancellationToken).ToListAsync(cancellationToken);

        foreach (var site in due.GroupBy(waiting => waiting.ClientKey, StringComparer.Ordinal))
        {
            if (await installations.FindAsync(site.Key, fresh: false, cancellationToken) is { State: InstallationState.Installed } installation)
            {
                await TryAsync(installation, [.. site], cancellationToken);
            }
            else
            {
                await unknown.DropSiteAsync(site.Key, cancellationToken);
            }
        }
    }

    private async Task TryAsync(Installation installation, IReadOnlyList<UnknownKey> due, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (skipped, asked) = await AskAsync(installation, due, cancellationToken);
        var (again, left) = (0, 0);

        foreach (var waiting in due)
        {
            if (now - waiting.Since >= GiveUpAfter || await FindAsync(installation, waiting, cancellationToken) is not { } link)
            {
                await unknown.RemoveAsync(waiting, cancellationToken);
            }
            else if (waiting.Prefixes.All(skipped.ContainsKey))
            {
                left++;
                await unknown.PostponeAsync(waiting, waiting.Attempts, waiting.Prefixes.Min(prefix => skipped[prefix]), cancellationToken);
            }
            else if (waiting.Prefixes.Any(asked.Contains))
            {
                again++;
                await looks.RequestAsync(new EntityRef(link, waiting.ProjectId, waiting.Kind, waiting.EntityId, waiting.Name), TimeSpan.Zero, cancellationToken);
                await unknown.PostponeAsync(waiting, waiting.Attempts + 1, now + Gap(waiting.Attempts + 1), cancellationToken);
            }
        }

        Log.Tried(logger, installation.ClientKey, again, left, skipped.Count);
    }

    /// <summary>Asks Jira which of the projects are there.</summary>
    /// <returns>Those that are left out, and those that are known to be there or could not be asked for.</returns>
    private async Task<(IReadOnlyDictionary<string, DateTimeOffset> Skipped, HashSet<string> Asked)> AskAsync(
        Installation installation, IReadOnlyList<UnknownKey> due, CancellationToken cancellationToken)
    {
        var skipped = new Dictionary<string, DateTimeOffset>(await unknown.SkippedAsync(installation.ClientKey, fresh: true, cancellationToken), StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);

        foreach (var prefix in due.SelectMany(waiting => waiting.Prefixes).Distinct(StringComparer.Ordinal).Where(prefix => !skipped.ContainsKey(prefix)).Take(MostProjects))
        {
            if (await rates.TakeAsync(WorkPriority.Repair, PointsOfAProject, cancellationToken) is { MayGoOn: false })
            {
                break;
            }

            asked.Add(prefix);

            if (await jira.HasProjectAsync(installation, prefix, cancellationToken) is false)
            {
                skipped[prefix] = clock.GetUtcNow() + SkipFor;
                await unknown.SkipAsync(installation.ClientKey, prefix, skipped[prefix], cancellationToken);
            }
        }

        return (skipped, asked);
    }

    private async Task<Link?> FindAsync(Installation installation, UnknownKey waiting, CancellationToken cancellationToken) =>
        await links.FindAsync(waiting.LinkId, fresh: false, cancellationToken) is (LinkLookup.Known, { } link) && Epochs.IsCurrent(link, waiting.LinkEpoch, installation) ? link : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Site {ClientKey}: {Again} entities with unknown issues are looked at again, {Left} are left out for a day; {Projects} projects are not there.")]
        public static partial void Tried(ILogger logger, string clientKey, int again, int left, int projects);
    }
}
