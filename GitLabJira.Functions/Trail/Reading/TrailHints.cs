using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Delivery;

namespace GitLabJira.Functions.Trail.Reading;

/// <summary>What else may be the cause when Jira does not show something: sentences beside the trail.</summary>
public sealed class TrailHints(SiteStore sites, TimeProvider clock)
{
    private const string Kept = "The trail goes back 14 days.";

    public static IReadOnlyList<string> OfUnknownProject(Link link, string path) =>
        GroupPaths.IsBelow(path, link.GroupPath)
            ? ["No sync has listed a project of this path yet. If it is new, its first event or the next sync brings it.", .. OfLink(link)]
            : [$"The project is not below the linked group {link.GroupPath}.", .. OfLink(link)];

    public async Task<IReadOnlyList<string>> OfNothingAsync(Link link, TrailQuery query, CancellationToken cancellationToken) =>
    [
        Kept,
        query.IssueKey is null
            ? "What a sync reads and finds without a key is counted in the run, but leaves no trail."
            : "Nothing of the linked group has named this issue since then; what does not name it is found by its own name (!12, a branch, a commit, a pipeline).",
        "An event that GitLab sent moments ago may still wait in the queue; one that nobody can understand is with the operator (failures).",
        .. OfLink(link),
        .. await OfSiteAsync(link, cancellationToken),
    ];

    /// <param name="notes">In order.</param>
    public async Task<IReadOnlyList<string>> OfAsync(Link link, IReadOnlyList<TrailNote> notes, CancellationToken cancellationToken)
    {
        var waits = notes.GroupBy(note => note.Subject with { Name = null }).Any(entity => entity.Last().Event is TrailEvent.HandedOver);
        IReadOnlyList<string> site = waits ? ["What was handed over last waits in the outbox.", .. await OfSiteAsync(link, cancellationToken)] : [];

        return [.. site, .. OfLink(link)];
    }

    private static IEnumerable<string> OfLink(Link link)
    {
        if (link.State is LinkState.NeedsSignIn)
        {
            yield return "The link needs a sign-in to GitLab: until then only what hooks carry reaches Jira.";
        }

        if (link.State is LinkState.HookRemoved)
        {
            yield return "The link's webhook was removed in GitLab: no events come.";
        }

        if (link.State is LinkState.Linking)
        {
            yield return "The link is not finished yet.";
        }

        if (link.ActiveRunId is not null)
        {
            yield return "A sync is under way: what it has not read yet is not there.";
        }
    }

    private async Task<IReadOnlyList<string>> OfSiteAsync(Link link, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var state = (await sites.LookAsync(link.ClientKey, cancellationToken)).State;
        var held = await sites.HeldUntilAsync(cancellationToken);

        return
        [
            .. state.NotBefore > now ? [$"The Jira site is left alone until {Time(state.NotBefore.Value)}{Why(state.Reason)}."] : (string[])[],
            .. state.FamilyWaits.Where(wait => wait.Value > now).Select(wait => $"The site refuses {Words(wait.Key)}; the next attempt is at {Time(wait.Value)}."),
            .. held is { } until ? [$"Jira limits the app over all sites until {Time(until)}."] : (string[])[],
        ];
    }

    private static string Why(JiraFailure? reason) => reason switch
    {
        JiraFailure.Unauthorized => ", since it does not accept the app's secret: reinstall or update the app there",
        JiraFailure.RateLimited => ", since it limits our requests",
        JiraFailure.Gone => ", since it is gone or renamed",
        JiraFailure.Down or JiraFailure.Unavailable => ", since it does not answer",
        JiraFailure.BadRequest or JiraFailure.TooLarge => ", since it refused many entities in a row",
        _ => "",
    };

    private static string Words(ApiFamily family) => family switch
    {
        ApiFamily.DevInfo => "development information",
        ApiFamily.FeatureFlags => "feature flags",
        _ => family.ToString().ToLowerInvariant(),
    };

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
