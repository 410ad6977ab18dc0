using GitLabJira.Functions.GitLab.Links;
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

    /// <summary>Name of the ref, message of the head commit, then source branch, title and description of each merge request that the pipeline belongs to.</summary>
    /// <param name="head">Null where GitLab does not show it.</param>
    public static IReadOnlyList<string> OfBuild(GitLabPipeline pipeline, GitLabCommit? head, IEnumerable<GitLabMergeRequest> mergeRequests) =>
        IssueKeys.Extract([pipeline.Ref, head?.Message, pipeline.SourceBranch, .. OfPipeline(pipeline, mergeRequests)]);

    /// <summary>Those of its build, then the messages of the commits that it brought. What the API made has no build but a ref all the same.</summary>
    /// <param name="mergeRequests">Of the pipeline that deploys.</param>
    /// <param name="commits">Its own commit and those since the last successful deployment.</param>
    public static IReadOnlyList<string> OfDeployment(GitLabDeployment deployment, IEnumerable<GitLabMergeRequest> mergeRequests, IEnumerable<GitLabCommit> commits) =>
        IssueKeys.Extract([
            deployment.Ref,
            deployment.Commit?.Message,
            .. deployment.Job?.Pipeline is { } pipeline ? OfPipeline(pipeline, mergeRequests) : [],
            .. commits.Select(commit => commit.Message),
        ]);

    /// <summary>The description alone, as GitLab's own app does: a flag's name is code.</summary>
    public static IReadOnlyList<string> OfFeatureFlag(GitLabFeatureFlag flag) => IssueKeys.Extract(flag.Description);

    /// <summary>Those that count for a link, as many as Jira takes: its admins may have chosen Jira projects.</summary>
    public static IReadOnlyList<string> For(this IReadOnlyList<string> keys, Link link) =>
        link.Settings.JiraProjects.Count == 0 && keys.Count <= IssueKeys.Max ? keys : [.. keys.Where(link.Settings.Counts).Take(IssueKeys.Max)];

    private static IEnumerable<string?> OfPipeline(GitLabPipeline pipeline, IEnumerable<GitLabMergeRequest> mergeRequests) => mergeRequests
        .Where(pipeline.IsOf)
        .OrderBy(m => m.Iid)
        .SelectMany(m => new[] { m.SourceBranch, m.Title, m.Description });
}
