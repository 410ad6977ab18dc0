using System.Text.RegularExpressions;

namespace GitLabJira.Sandbox.Jira.Store;

/// <summary>Decides what a stored change fires: transitions when an id is first seen or a pull request ends, smart commits once per commit.</summary>
internal static partial class AutomationRules
{
    public static IEnumerable<AutomationEvent> Of(StoredEntity? before, StoredEntity after)
    {
        if (Trigger(before, after) is { } trigger)
        {
            yield return new(after.StoredAt, trigger, after.Key, after.IssueKeys, [], after.RequestNumber);
        }

        if (before is null && after.Key.Kind is EntityKind.Commit && Commands(after.Text("message") ?? "") is { Count: > 0 } commands)
        {
            yield return new(after.StoredAt, AutomationTrigger.SmartCommit, after.Key, after.IssueKeys, commands, after.RequestNumber);
        }
    }

    private static AutomationTrigger? Trigger(StoredEntity? before, StoredEntity after) => (after.Key.Kind, before) switch
    {
        (EntityKind.Commit, null) => AutomationTrigger.CommitCreated,
        (EntityKind.Branch, null) => AutomationTrigger.BranchCreated,
        (EntityKind.PullRequest, null) => AutomationTrigger.PullRequestCreated,
        (EntityKind.PullRequest, { } known) when known.Text("status") != after.Text("status") => after.Text("status") switch
        {
            "MERGED" => AutomationTrigger.PullRequestMerged,
            "DECLINED" => AutomationTrigger.PullRequestDeclined,
            "OPEN" => AutomationTrigger.PullRequestReopened,
            _ => null,
        },
        _ => null,
    };

    private static List<string> Commands(string message) => [.. SmartCommit().Matches(message).Select(m => m.Groups["command"].Value)];

    // "SHOP-1 #close #time 2h": a command counts when an issue key comes before it on the line.
    [GeneratedRegex(@"(?<=\b[A-Z][A-Z0-9_]+-[0-9]+\b[^\r\n]*?)(?<command>#[a-z][a-z-]*)", RegexOptions.None, 1000)]
    private static partial Regex SmartCommit();
}
