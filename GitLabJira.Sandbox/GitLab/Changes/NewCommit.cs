using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>A commit as its author thinks of it; the rest is worked out when it is pushed.</summary>
/// <param name="Author">The pushing user when absent. Commits of strangers are normal: git knows no accounts.</param>
public sealed record NewCommit(string Message, GitPerson? Author = null, IReadOnlyList<FileChange>? Files = null, DateTimeOffset? AuthoredAt = null);

/// <summary>What a push does to one branch.</summary>
/// <param name="From">Where a new branch, or a branch that is reset, starts: a branch name or sha. Absent: the default branch, or the branch as it is.</param>
/// <param name="Deletes">Removes the branch.</param>
public sealed record RefChange(string Branch, IReadOnlyList<NewCommit>? Commits = null, string? From = null, bool Deletes = false);
