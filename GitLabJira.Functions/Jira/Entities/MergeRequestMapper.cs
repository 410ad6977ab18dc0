using System.Globalization;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A GitLab merge request as Jira's pull request.</summary>
public static class MergeRequestMapper
{
    /// <param name="settings">Null for the defaults.</param>
    public static JsonElement Map(Link link, GitLabProject project, GitLabMergeRequest mergeRequest, IReadOnlyList<string> keys, EntitySettings? settings = null)
    {
        IReadOnlyList<JiraReviewer> reviewers = [.. mergeRequest.Reviewers.Select(JiraFields.Reviewer).OfType<JiraReviewer>()];

        return JsonSerializer.SerializeToElement(
            new JiraPullRequest
            {
                Id = JiraIds.MergeRequest(mergeRequest.Id),
                IssueKeys = JiraFields.Keys(keys),
                DisplayId = DisplayId(mergeRequest),
                Title = JiraText.Required(mergeRequest.Title, JiraFields.LongText),
                Status = Status(mergeRequest, settings ?? EntitySettings.Default),
                Author = JiraFields.Author(mergeRequest.Author),
                Reviewers = reviewers.Count > 0 ? reviewers : null,
                CommentCount = Math.Max(0, mergeRequest.CommentCount ?? 0),
                SourceBranch = JiraText.Required(mergeRequest.SourceBranch, JiraFields.ShortText),
                SourceBranchUrl = SourceProjectUrl(project, mergeRequest) is { } source ? GitLabPages.Branch(source, mergeRequest.SourceBranch) : null,
                DestinationBranch = JiraText.Optional(mergeRequest.TargetBranch, JiraFields.ShortText),
                DestinationBranchUrl = GitLabPages.Branch(project.WebUrl, mergeRequest.TargetBranch),
                LastUpdate = JiraFields.Time(mergeRequest.UpdatedAt),
                Url = JiraText.Url(mergeRequest.WebUrl, JiraFields.Address) ?? string.Create(CultureInfo.InvariantCulture, $"{project.WebUrl}/-/merge_requests/{mergeRequest.Iid}"),
            },
            JiraShapesJson.Default.JiraPullRequest);
    }

    /// <summary>A merge request is locked while it is being merged: still open. Drafts are open too unless a setting says otherwise, Jira documents no state for them.</summary>
    private static string Status(GitLabMergeRequest mergeRequest, EntitySettings settings) => mergeRequest.State switch
    {
        MergeRequestState.Opened when mergeRequest.Draft && settings.ShowDrafts => "DRAFT",
        MergeRequestState.Opened => "OPEN",
        MergeRequestState.Locked => "OPEN",
        MergeRequestState.Merged => "MERGED",
        MergeRequestState.Closed => "DECLINED",
        MergeRequestState.Unknown => "UNKNOWN",
        _ => "UNKNOWN",
    };

    private static string DisplayId(GitLabMergeRequest mergeRequest) =>
        mergeRequest.Reference.Length <= JiraFields.ShortText
            ? JiraText.Required(mergeRequest.Reference, JiraFields.ShortText)
            : string.Create(CultureInfo.InvariantCulture, $"!{mergeRequest.Iid}");

    /// <summary>Null for a fork whose address is unknown: the target project's address would join a branch of the same name that is not the source.</summary>
    private static string? SourceProjectUrl(GitLabProject project, GitLabMergeRequest mergeRequest) =>
        mergeRequest.SourceProjectId == project.Id ? project.WebUrl : JiraText.Url(mergeRequest.SourceProjectWebUrl, JiraFields.Address);
}
