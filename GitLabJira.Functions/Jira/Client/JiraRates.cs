using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>What Jira's headers said last about how much a site takes (<c>reference/atlassian.md</c> 6).</summary>
/// <param name="HoldUntil">The window of the API is used up: no call before.</param>
/// <param name="BackfillAfter">Little is left: old data waits until then.</param>
public sealed record SiteRate(DateTimeOffset? HoldUntil, DateTimeOffset? BackfillAfter);

/// <summary>The app's points at Jira, over all sites and processes, and what each site's answers say about its own limits.</summary>
public sealed partial class JiraRates(SharedBudgets budgets, IOptions<BudgetOptions> options, TimeProvider clock)
{
    private const string PointsScope = "jira points";

    /// <summary>Below this part of a site's window old data waits, so that news has room.</summary>
    private const double LittleLeft = 0.3;

    /// <summary>Windows are minutes and hours; a later end is a mistake.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, SiteRate> _rates = new(StringComparer.Ordinal);

    private SharedBudget Points => budgets.Get(PointsScope, options.Value.Jira);

    /// <summary>Takes points for one call: one for a write, more for a read.</summary>
    public async Task<BudgetAnswer> TakeAsync(WorkPriority priority, int points, CancellationToken cancellationToken)
    {
        var answer = await Points.TakeAsync(priority, points, cancellationToken);
        AppMetrics.Points(answer.MayGoOn ? points : 0);
        return answer;
    }

    /// <summary>Whether calls of this priority may go on. Takes nothing.</summary>
    public Task<BudgetAnswer> AskAsync(WorkPriority priority, CancellationToken cancellationToken) => Points.AskAsync(priority, cancellationToken);

    /// <summary>The app's quota is used up, says Jira.</summary>
    public Task HoldAllAsync(DateTimeOffset until, CancellationToken cancellationToken) => Points.HoldAsync(until, cancellationToken);

    /// <summary>Reads the headers of an answer. What they say of the site is kept until <see cref="TakeRate"/>.</summary>
    public void Saw(string clientKey, HttpResponseMessage response)
    {
        var now = clock.GetUtcNow();
        SawPoints(response, now);

        var limit = Number(response, "X-RateLimit-Limit");
        var remaining = Number(response, "X-RateLimit-Remaining");
        var reset = Header(response, "X-RateLimit-Reset") is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
        var until = reset is { } named && named > now ? (named < now + LongestWindow ? named : now + LongestWindow) : (DateTimeOffset?)null;
        var isNear = string.Equals(Header(response, "X-RateLimit-NearLimit"), "true", StringComparison.OrdinalIgnoreCase) || (limit > 0 && remaining < limit * LittleLeft);

        if (isNear)
        {
            _rates[clientKey] = new SiteRate(remaining == 0 ? until : null, until ?? now + TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Hands out what the last answers said of a site, once.</summary>
    public SiteRate? TakeRate(string clientKey) => _rates.TryRemove(clientKey, out var rate) ? rate : null;

    /// <summary>The structured header of the app's quota. With the prefix Jira only observes: then nothing urgent waits for it.</summary>
    private void SawPoints(HttpResponseMessage response, DateTimeOffset now)
    {
        var isEnforced = response.Headers.Contains("RateLimit");

        if (Quota().Match(Header(response, isEnforced ? "RateLimit" : "Beta-RateLimit") ?? "") is { Success: true } left
            && int.TryParse(left.Groups["r"].Value, CultureInfo.InvariantCulture, out var remaining)
            && int.TryParse(left.Groups["t"].Value, CultureInfo.InvariantCulture, out var seconds))
        {
            var policy = PolicyQuota().Match(Header(response, isEnforced ? "RateLimit-Policy" : "Beta-RateLimit-Policy") ?? "");
            var limit = policy.Success && int.TryParse(policy.Groups["q"].Value, CultureInfo.InvariantCulture, out var quota) ? quota : options.Value.JiraPointsPerHour;
            Points.Saw(limit, remaining, now + TimeSpan.FromSeconds(Math.Min(seconds, LongestWindow.TotalSeconds)), isEnforced);
        }
    }

    private static int? Number(HttpResponseMessage response, string header) =>
        int.TryParse(Header(response, header), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    [GeneratedRegex("\"?global-app-quota\"?\\s*;\\s*r=(?<r>[0-9]{1,9})\\s*;\\s*t=(?<t>[0-9]{1,9})", RegexOptions.ExplicitCapture)]
    private static partial Regex Quota();

    [GeneratedRegex("\"?global-app-quota\"?\\s*;\\s*q=(?<q>[0-9]{1,9})", RegexOptions.ExplicitCapture)]
    private static partial Regex PolicyQuota();
}
