using System.Text.RegularExpressions;
using static GitLabJira.Sandbox.Jira.Checks.Field;
using static GitLabJira.Sandbox.Jira.Checks.Rule;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>Fields and limits of development information 0.10 (Jira Software OpenAPI).</summary>
public static partial class DevInfoShapes
{
    public const int MaxRepositories = 100;
    public const int MaxEntities = 1000;
    public const int MaxEntitiesOfAKind = 400;
    public const int MaxCommitMessage = 1024;

    public static readonly Rule EntityId = Text(1024, IdPattern(), "may hold only letters, digits and ~ . - _");

    /// <summary>A repository without its lists of entities, which are checked one by one.</summary>
    public static readonly Shape Repository = Rule.Object(
        Must("id", EntityId),
        Must("name", Text(255)),
        Must("url", Url()),
        Must("updateSequenceId", Integer()),
        May("description", Text(1024)),
        May("forkOf", Text(1024)),
        May("avatar", Url()),
        May("avatarDescription", Text(1024)),
        May("commits", Anything),
        May("branches", Anything),
        May("pullRequests", Anything));

    private static readonly Shape Author = Rule.Object(
        May("name", Text(255)),
        May("email", Text(255)),
        May("username", Text(255)),
        May("url", Text(2000)),
        May("avatar", Text(2000)));

    private static readonly Shape File = Rule.Object(
        Must("path", Text(1024)),
        Must("url", Url()),
        Must("changeType", OneOf("ADDED", "COPIED", "DELETED", "MODIFIED", "MOVED", "UNKNOWN")),
        Must("linesAdded", Integer(0, int.MaxValue)),
        Must("linesRemoved", Integer(0, int.MaxValue)));

    private static readonly Shape CommitWithoutIssues = Rule.Object(
        Must("id", EntityId),
        May("hash", Text(255)),
        May("flags", List(OneOf("MERGE_COMMIT"), 0, int.MaxValue, distinct: true)),
        // Longer messages are cut by Jira, not refused.
        Must("message", Text()),
        Must("author", Author),
        Must("fileCount", Integer(0, int.MaxValue)),
        Must("url", Url()),
        May("files", List(File, 0, 10)),
        Must("authorTimestamp", Timestamp),
        Must("displayId", Text(255)),
        Must("updateSequenceId", Integer()));

    public static readonly Rule Commit = IssueLinks.Required(CommitWithoutIssues.With(
        May("issueKeys", IssueLinks.DevInfoKeys),
        May("associations", IssueLinks.IssueAssociations)));

    public static readonly Rule Branch = IssueLinks.Required(Rule.Object(
        Must("id", EntityId),
        Must("name", Text(512)),
        Must("url", Url()),
        // The newest description drops issueKeys everywhere but here.
        Must("lastCommit", CommitWithoutIssues.With(Must("issueKeys", IssueLinks.DevInfoKeys))),
        May("createPullRequestUrl", Url()),
        Must("updateSequenceId", Integer()),
        May("issueKeys", IssueLinks.DevInfoKeys),
        May("associations", IssueLinks.IssueAssociations)));

    private static readonly Shape Reviewer = Rule.Object(
        May("name", Text(255)),
        May("approvalStatus", OneOf("APPROVED", "UNAPPROVED")),
        May("url", Url()),
        May("avatar", Url()),
        May("email", Text(254)),
        May("accountId", Text(128)));

    public static readonly Rule PullRequest = IssueLinks.Required(Rule.Object(
        Must("id", EntityId),
        Must("displayId", Text(255)),
        Must("title", Text(1024)),
        Must("status", OneOf("OPEN", "MERGED", "DECLINED", "UNKNOWN")),
        Must("author", Author),
        Must("commentCount", Integer(int.MinValue, int.MaxValue)),
        Must("sourceBranch", Text(255)),
        May("sourceBranchUrl", Url()),
        Must("lastUpdate", Timestamp),
        May("destinationBranch", Text(255)),
        May("destinationBranchUrl", Url()),
        May("reviewers", List(Reviewer, 0, int.MaxValue)),
        Must("url", Url()),
        Must("updateSequenceId", Integer()),
        May("issueKeys", IssueLinks.DevInfoKeys),
        May("associations", IssueLinks.IssueAssociations)));

    [GeneratedRegex(@"^[A-Za-z0-9~._-]+\z")]
    private static partial Regex IdPattern();
}
