using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>A request that the site received, without tokens. Status 0: the connection was cut before an answer.</summary>
/// <param name="Fault">The fault that was played on it, if any.</param>
/// <param name="Post">What a bulk request submitted.</param>
/// <param name="Body">The body of a bulk request; only the newest are kept.</param>
public sealed record LoggedRequest(
    long Number,
    DateTimeOffset At,
    string Method,
    string Path,
    string Query,
    int Status,
    TimeSpan Duration,
    string? Fault,
    BulkPost? Post,
    string? Body)
{
    public bool IsApi => Path.StartsWith("/rest/", StringComparison.Ordinal);
}

/// <summary>What one bulk request was about.</summary>
public sealed record BulkPost(
    string Family,
    bool Backfill,
    bool PreventTransitions,
    IReadOnlyDictionary<string, string> Properties,
    IReadOnlyList<EntityKey> Accepted,
    IReadOnlyList<EntityKey> Failed,
    IReadOnlyList<string> UnknownIssueKeys);
