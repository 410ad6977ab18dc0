namespace GitLabJira.Sandbox.Jira.Store;

public enum AutomationTrigger { CommitCreated, BranchCreated, PullRequestCreated, PullRequestMerged, PullRequestDeclined, PullRequestReopened, SmartCommit }

/// <summary>A workflow transition or smart commit that the real site would have run because of what it stored.</summary>
/// <param name="Commands">The commands of a smart commit, such as <c>#close</c>.</param>
public sealed record AutomationEvent(
    DateTimeOffset At,
    AutomationTrigger Trigger,
    EntityKey Entity,
    IReadOnlyList<string> IssueKeys,
    IReadOnlyList<string> Commands,
    long RequestNumber);
