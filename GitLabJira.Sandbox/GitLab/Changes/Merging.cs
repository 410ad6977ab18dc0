using System.Globalization;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>How a merge request gets into its target.</summary>
public enum MergeMethod
{
    /// <summary>A merge commit with two parents.</summary>
    MergeCommit,

    /// <summary>The target simply moves on.</summary>
    FastForward,
}

/// <summary>Merging: the target moves, the merge request is merged, the source may go.</summary>
internal static class Merging
{
    public static MergeRequest Merge(Change change, long userId, long projectId, long iid, MergeMethod method, bool? removesSourceBranch)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Developer);
        Change.Require(!project.IsArchived, "403 Forbidden: the project is archived.");
        var before = change.MergeRequest(projectId, iid);
        Change.Require(before.IsOpen && !before.IsDraft, "405 Method Not Allowed: the merge request is not open, or a draft.");
        Change.Require(before.Approvals.Length >= project.ApprovalsRequired, "405 Method Not Allowed: approvals are missing.");
        var target = project.Head(before.TargetBranch) ?? throw new GitLabRefusedException($"Target branch \"{before.TargetBranch}\" does not exist");
        var (head, squash) = before.Squashes ? Squash(change, userId, project, before, target) : (before.HeadSha, null);
        project = change.Project(projectId);
        string? mergeCommit = null;

        if (method is MergeMethod.FastForward)
        {
            Change.Require(CommitGraph.IsAncestor(project.Commits, target.Sha, head), "406 Branch cannot be merged: fast-forward is not possible, rebase first.");
        }
        else
        {
            var commit = MergeCommit(change, userId, project, before, target, head);
            change.Set(project with { Commits = project.Commits.SetItem(commit.Sha, commit) });
            mergeCommit = commit.Sha;
        }

        var after = before with
        {
            State = MergeRequestState.Merged,
            MergedAt = change.Now,
            MergedById = userId,
            MergeCommitSha = mergeCommit,
            SquashCommitSha = squash,
            UpdatedAt = change.Now,
        };
        change.Set(after);
        Pushing.Advance(change, userId, projectId, before.TargetBranch, mergeCommit ?? head);
        MergeRequesting.Emit(change, userId, after, "merge", before);

        if (removesSourceBranch ?? before.RemovesSourceBranch)
        {
            RemoveSource(change, userId, after);
        }

        return after;
    }

    private static void RemoveSource(Change change, long userId, MergeRequest merged)
    {
        // A fork that was deleted meanwhile, or a default branch, stays out of it.
        if (change.State.Projects.TryGetValue(merged.SourceProjectId, out var source) && !string.Equals(source.DefaultBranch, merged.SourceBranch, StringComparison.Ordinal))
        {
            Pushing.Remove(change, userId, source.Id, merged.SourceBranch);
        }
    }

    private static (string Head, string Squash) Squash(Change change, long userId, GitLabProject project, MergeRequest mergeRequest, Commit target)
    {
        var person = PersonOf(change, userId);
        var files = CommitGraph.Between(project.Commits, target.Sha, mergeRequest.HeadSha).SelectMany(commit => commit.Files).DistinctBy(file => file.Path, StringComparer.Ordinal);
        var commit = Commit.Create([target.Sha], mergeRequest.Title, PersonOf(change, mergeRequest.AuthorId), change.Now, person, change.Now, [.. files]);
        change.Set(project with { Commits = project.Commits.SetItem(commit.Sha, commit) });
        return (commit.Sha, commit.Sha);
    }

    private static Commit MergeCommit(Change change, long userId, GitLabProject project, MergeRequest mergeRequest, Commit target, string head)
    {
        var person = PersonOf(change, userId);
        return Commit.Create([target.Sha, head], MergeMessage(project, mergeRequest), person, change.Now, person, change.Now, []);
    }

    /// <summary>GitLab's default template; it is where the merge request's keys get into the target's history.</summary>
    internal static string MergeMessage(GitLabProject project, MergeRequest mergeRequest) => string.Create(
        CultureInfo.InvariantCulture,
        $"Merge branch '{mergeRequest.SourceBranch}' into '{mergeRequest.TargetBranch}'\n\n{mergeRequest.Title}\n\nSee merge request {project.FullPath}!{mergeRequest.Iid}");

    private static GitPerson PersonOf(Change change, long userId)
    {
        var user = change.User(userId);
        return new GitPerson(user.Name, user.Email);
    }
}
