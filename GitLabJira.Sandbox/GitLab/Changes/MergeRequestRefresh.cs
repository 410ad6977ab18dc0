using System.Collections.Immutable;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>What a push does to merge requests, as GitLab's refresh service does it: new heads, lost sources, merges by hand.</summary>
internal static class MergeRequestRefresh
{
    public static void AfterPush(Change change, long userId, long projectId, string branch, string before, string after)
    {
        foreach (var mergeRequest in OpenOnesFrom(change, projectId, branch))
        {
            if (after is Pushing.ZeroSha)
            {
                MergeRequesting.CloseNow(change, userId, mergeRequest);
            }
            else if (!string.Equals(mergeRequest.HeadSha, after, StringComparison.Ordinal))
            {
                TakeNewHead(change, userId, mergeRequest, after);
            }
        }

        if (after is not Pushing.ZeroSha && before is not Pushing.ZeroSha)
        {
            MarkMergedByHand(change, userId, projectId, branch, before, after);
        }
    }

    private static MergeRequest[] OpenOnesFrom(Change change, long projectId, string branch)
    {
        var source = change.Project(projectId);
        var targets = new[] { source.Id, source.ForkedFromId ?? source.Id }.Distinct();
        return
        [
            .. targets.Where(change.State.Projects.ContainsKey).SelectMany(id => change.State.Projects[id].MergeRequests.Values)
                .Where(one => one.IsOpen && one.SourceProjectId == projectId && string.Equals(one.SourceBranch, branch, StringComparison.Ordinal)),
        ];
    }

    private static void TakeNewHead(Change change, long userId, MergeRequest mergeRequest, string after)
    {
        MergeRequesting.BringCommits(change, mergeRequest.SourceProjectId, mergeRequest.ProjectId, after);
        var project = change.Project(mergeRequest.ProjectId);
        var start = project.Head(mergeRequest.TargetBranch)?.Sha ?? mergeRequest.StartSha;
        var fresh = mergeRequest with
        {
            HeadSha = after,
            StartSha = start,
            BaseSha = CommitGraph.MergeBase(project.Commits, start, after) ?? start,
            UpdatedAt = change.Now,
        };
        change.Set(fresh);
        MergeRequesting.Emit(change, userId, fresh, "update", before: mergeRequest, oldrev: mergeRequest.HeadSha);

        if (!project.ResetsApprovalsOnPush || fresh.Approvals.IsEmpty)
        {
            return;
        }

        var reset = fresh with
        {
            Approvals = [],
            Reviewers = [.. fresh.Reviewers.Select(reviewer => reviewer.State is ReviewState.Approved ? reviewer with { State = ReviewState.Unapproved } : reviewer)],
        };
        change.Set(reset);
        MergeRequesting.Emit(change, userId, reset, "unapproved", before: reset, systemAction: "approvals_reset_on_push");
    }

    /// <summary>Whoever pushes a merge request's head to its target branch has merged it.</summary>
    private static void MarkMergedByHand(Change change, long userId, long projectId, string branch, string before, string after)
    {
        var project = change.Project(projectId);
        var waiting = project.MergeRequests.Values
            .Where(one => one.IsOpen && string.Equals(one.TargetBranch, branch, StringComparison.Ordinal))
            .ToImmutableArray();

        if (waiting.IsEmpty)
        {
            return;
        }

        var arrived = CommitGraph.Between(project.Commits, before, after).Select(commit => commit.Sha).ToHashSet(StringComparer.Ordinal);

        foreach (var mergeRequest in waiting.Where(one => arrived.Contains(one.HeadSha)))
        {
            var merged = mergeRequest with
            {
                State = MergeRequestState.Merged,
                MergedAt = change.Now,
                MergedById = userId,
                MergeCommitSha = after,
                UpdatedAt = change.Now,
            };
            change.Set(merged);
            MergeRequesting.Emit(change, userId, merged, "merge", before: mergeRequest);
        }
    }
}
