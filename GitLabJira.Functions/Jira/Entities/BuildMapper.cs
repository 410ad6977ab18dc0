using System.Globalization;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A GitLab pipeline as Jira's build (<c>reference/gitlab-app-behaviour.md</c> 6.7).</summary>
public static class BuildMapper
{
    /// <param name="link">Whose ids it gets.</param>
    /// <param name="project">The repository it hangs on.</param>
    /// <param name="mergeRequests">Those that belong to the pipeline; they tell the source branch that REST leaves out.</param>
    /// <param name="tests">Null without a report: then Jira hears of no tests at all.</param>
    /// <exception cref="ArgumentException">No key, or no number.</exception>
    public static JsonElement Map(
        Link link, GitLabProject project, GitLabPipeline pipeline, IReadOnlyList<GitLabMergeRequest> mergeRequests, GitLabTestReport? tests, IReadOnlyList<string> keys)
    {
        var reference = SourceRef(pipeline, mergeRequests);

        return JsonSerializer.SerializeToElement(
            new JiraBuild
            {
                PipelineId = JiraIds.BuildPipeline(link, pipeline),
                BuildNumber = JiraIds.BuildNumber(pipeline),
                DisplayName = JiraText.Required(reference ?? $"!{pipeline.MergeRequestIid}", JiraFields.ShortText),
                Url = JiraText.Url(pipeline.WebUrl, JiraFields.Address) ?? string.Create(CultureInfo.InvariantCulture, $"{project.WebUrl}/-/pipelines/{pipeline.Id}"),
                State = State(pipeline.Status),
                LastUpdated = JiraFields.Time(pipeline.UpdatedAt ?? pipeline.FinishedAt ?? pipeline.CreatedAt ?? DateTimeOffset.UnixEpoch),
                IssueKeys = JiraFields.OlderKeys(keys),
                Associations = JiraFields.YoungerKeys(keys),
                TestInfo = tests is null ? null : new JiraTestInfo(tests.Total, tests.Passed, tests.Failed, tests.Skipped),
                References =
                [
                    new JiraReference(
                        new JiraCommitReference(pipeline.Sha, project.WebUrl),
                        reference is null || IsOfFork(pipeline, mergeRequests) ? null : new JiraRefReference(JiraText.Required(reference, JiraFields.ShortText), GitLabPages.Branch(project.WebUrl, reference))),
                ],
            },
            JiraCiShapesJson.Default.JiraBuild);
    }

    internal static JiraBuildState State(PipelineStatus status) => status switch
    {
        PipelineStatus.Created => JiraBuildState.Pending,
        PipelineStatus.WaitingForResource => JiraBuildState.Pending,
        PipelineStatus.Preparing => JiraBuildState.Pending,
        PipelineStatus.WaitingForCallback => JiraBuildState.Pending,
        PipelineStatus.Pending => JiraBuildState.Pending,
        PipelineStatus.Scheduled => JiraBuildState.Pending,
        PipelineStatus.Running => JiraBuildState.InProgress,
        PipelineStatus.Success => JiraBuildState.Successful,
        PipelineStatus.Failed => JiraBuildState.Failed,
        PipelineStatus.Canceled => JiraBuildState.Cancelled,
        PipelineStatus.Skipped => JiraBuildState.Cancelled,
        PipelineStatus.Canceling => JiraBuildState.Unknown,
        PipelineStatus.Manual => JiraBuildState.Unknown,
        PipelineStatus.Unknown => JiraBuildState.Unknown,
        _ => JiraBuildState.Unknown,
    };

    /// <summary>Its branch is a fork's: the project has no page of it, and the fork's address is not known. 0 stands for a source project that nobody told.</summary>
    private static bool IsOfFork(GitLabPipeline pipeline, IReadOnlyList<GitLabMergeRequest> mergeRequests) =>
        mergeRequests.FirstOrDefault(pipeline.IsOf) is { SourceProjectId: not 0 } mergeRequest && mergeRequest.SourceProjectId != pipeline.ProjectId;

    /// <summary>Null for a merge request's pipeline whose branch nobody told: <c>refs/merge-requests/…</c> says nothing to people.</summary>
    private static string? SourceRef(GitLabPipeline pipeline, IReadOnlyList<GitLabMergeRequest> mergeRequests) => pipeline.MergeRequestIid is null
        ? pipeline.Ref
        : pipeline.SourceBranch ?? mergeRequests.FirstOrDefault(pipeline.IsOf)?.SourceBranch;
}
