using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Keys;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>Which texts of an entity are searched for issue keys (design 8, "a key disappears"): one answer for hooks, reads and the initial sync.</summary>
public static class EntityKeys
{
    /// <summary>Title, description, source branch.</summary>
    public static IReadOnlyList<string> OfMergeRequest(GitLabMergeRequest mergeRequest) =>
        IssueKeys.Extract(mergeRequest.Title, mergeRequest.Description, mergeRequest.SourceBranch);

    /// <summary>The name, then title and description of the merge requests that are open from this branch. Closed and merged ones never bring a branch back.</summary>
    public static IReadOnlyList<string> OfBranch(string name, IEnumerable<GitLabMergeRequest> openMergeRequests) =>
        IssueKeys.Extract([
            name,
            .. openMergeRequests
                .Where(m => m.State is MergeRequestState.Opened or MergeRequestState.Locked)
                .OrderBy(m => m.Iid)
                .SelectMany(m => new[] { m.Title, m.Description }),
        ]);

    public static IReadOnlyList<string> OfCommit(GitLabCommit commit) => IssueKeys.Extract(commit.Message);
}
