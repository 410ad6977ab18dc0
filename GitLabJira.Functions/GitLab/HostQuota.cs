using System.Collections.Concurrent;
using System.Globalization;
using GitLabJira.Functions.GitLab.Instances;

namespace GitLabJira.Functions.GitLab;

/// <summary>What GitLab's <c>RateLimit-*</c> headers said last of each host, for work that can wait: it leaves the rest of the minute to what cannot.</summary>
/// <remarks>Seen by this process alone. The limits themselves count all that come from one address or user.</remarks>
public sealed class HostQuota(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, (double Left, DateTimeOffset ResetsAt)> _seen = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="host">The instance.</param>
    /// <param name="share">The part of the limit that is to be left to others, from 0 to 1.</param>
    /// <returns>How long to wait until the limit starts anew; null when there is more left than that.</returns>
    public TimeSpan? WaitFor(Uri host, double share)
    {
        var now = clock.GetUtcNow();
        return _seen.TryGetValue(Key(host), out var seen) && seen.Left <= share && seen.ResetsAt > now ? seen.ResetsAt - now : null;
    }

    internal void Note(Uri host, HttpResponseMessage response)
    {
        if (Number(response, "RateLimit-Limit") is not (> 0 and var limit)
            || Number(response, "RateLimit-Remaining") is not { } remaining
            || Number(response, "RateLimit-Reset") is not (> 0 and <= 253_402_300_799 and var reset))
        {
            return;
        }

        _seen[Key(host)] = ((double)remaining / limit, DateTimeOffset.FromUnixTimeSeconds(reset));
    }

    private static string Key(Uri host) => GitLabHosts.Name(host);

    private static long? Number(HttpResponseMessage response, string header) =>
        long.TryParse(GitLabAnswers.Header(response, header), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
