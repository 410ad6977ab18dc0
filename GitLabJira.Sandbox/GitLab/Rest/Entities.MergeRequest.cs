using System.Globalization;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

internal sealed partial class Entities
{
    /// <summary>An item of a list: no approvals, no count of changes, no diff refs.</summary>
    public JsonObject MergeRequest(GitLabProject project, MergeRequest one)
    {
        var mergedBy = User(one.MergedById);
        return new JsonObject
        {
            ["id"] = one.Id,
            ["iid"] = one.Iid,
            ["project_id"] = one.ProjectId,
            ["title"] = one.Title,
            ["description"] = one.Description,
            ["state"] = Json.Snake(one.State),
            ["created_at"] = Json.Rest(one.CreatedAt),
            ["updated_at"] = Json.Rest(one.UpdatedAt),
            ["merged_by"] = mergedBy,
            ["merge_user"] = mergedBy?.DeepClone(),
            ["merged_at"] = Json.Rest(one.MergedAt),
            ["closed_by"] = User(one.ClosedById),
            ["closed_at"] = Json.Rest(one.ClosedAt),
            ["target_branch"] = one.TargetBranch,
            ["source_branch"] = one.SourceBranch,
            ["user_notes_count"] = one.UserNotesCount,
            ["upvotes"] = 0,
            ["downvotes"] = 0,
            ["author"] = User(one.AuthorId),
            ["assignees"] = Json.Array(one.AssigneeIds.Select(id => User(id))),
            ["assignee"] = one.AssigneeIds is [var first, ..] ? User(first) : null,
            ["reviewers"] = Json.Array(one.Reviewers.Select(reviewer => User(reviewer.UserId))),
            ["source_project_id"] = state.Projects.ContainsKey(one.SourceProjectId) ? one.SourceProjectId : null,
            ["target_project_id"] = one.ProjectId,
            ["labels"] = Json.Array(one.Labels.Select(label => (JsonNode?)JsonValue.Create(label))),
            ["draft"] = one.IsDraft,
            ["imported"] = false,
            ["imported_from"] = "none",
            ["work_in_progress"] = one.IsDraft,
            ["milestone"] = null,
            ["merge_when_pipeline_succeeds"] = false,
            ["merge_status"] = MergeStatus.Old(one),
            ["detailed_merge_status"] = MergeStatus.Detailed(project, one),
            ["merge_after"] = null,
            ["sha"] = one.HeadSha,
            ["merge_commit_sha"] = one.MergeCommitSha,
            ["squash_commit_sha"] = one.SquashCommitSha,
            ["discussion_locked"] = null,
            ["should_remove_source_branch"] = null,
            ["force_remove_source_branch"] = one.RemovesSourceBranch,
            ["prepared_at"] = Json.Rest(one.PreparedAt),
            ["reference"] = $"!{one.Iid}",
            ["references"] = new JsonObject { ["short"] = $"!{one.Iid}", ["relative"] = $"!{one.Iid}", ["full"] = $"{project.FullPath}!{one.Iid}" },
            ["web_url"] = $"{WebUrl(project)}/-/merge_requests/{one.Iid}",
            ["time_stats"] = new JsonObject { ["time_estimate"] = 0, ["total_time_spent"] = 0, ["human_time_estimate"] = null, ["human_total_time_spent"] = null },
            ["squash"] = one.Squashes,
            ["squash_on_merge"] = one.Squashes,
            ["task_completion_status"] = new JsonObject { ["count"] = 0, ["completed_count"] = 0 },
            ["has_conflicts"] = false,
            ["blocking_discussions_resolved"] = true,
            ["approvals_before_merge"] = null,
        };
    }

    /// <summary><c>view=simple</c>.</summary>
    public JsonObject SimpleMergeRequest(GitLabProject project, MergeRequest one) => new()
    {
        ["id"] = one.Id,
        ["iid"] = one.Iid,
        ["project_id"] = one.ProjectId,
        ["title"] = one.Title,
        ["description"] = one.Description,
        ["state"] = Json.Snake(one.State),
        ["created_at"] = Json.Rest(one.CreatedAt),
        ["updated_at"] = Json.Rest(one.UpdatedAt),
        ["web_url"] = $"{WebUrl(project)}/-/merge_requests/{one.Iid}",
    };

    public JsonObject MergeRequestDetail(GitLabProject project, MergeRequest one, bool readerCanMerge)
    {
        var body = MergeRequest(project, one);
        var prepared = one.PreparedAt is not null;
        var pipeline = project.HeadPipelinesOf(one).LastOrDefault();
        body["subscribed"] = false;

        // Nothing is known of the diff before it is made.
        body["changes_count"] = prepared ? ChangesCount(project, one) : null;
        body["latest_build_started_at"] = Json.Rest(pipeline?.StartedAt);
        body["latest_build_finished_at"] = Json.Rest(pipeline?.FinishedAt);
        body["first_deployed_to_production_at"] = null;
        body["pipeline"] = pipeline is null ? null : Pipeline(project, pipeline);
        body["head_pipeline"] = pipeline is null ? null : PipelineDetail(project, pipeline);
        body["diff_refs"] = prepared ? new JsonObject { ["base_sha"] = one.BaseSha, ["head_sha"] = one.HeadSha, ["start_sha"] = one.StartSha } : null;
        body["merge_error"] = null;
        body["first_contribution"] = false;
        body["user"] = new JsonObject { ["can_merge"] = readerCanMerge };
        return body;
    }

    public JsonObject Approvals(GitLabProject project, MergeRequest one, GitLabUser reader)
    {
        var left = Math.Max(0, project.ApprovalsRequired - one.Approvals.Length);
        var has = one.Approvals.Any(approval => approval.UserId == reader.Id);
        return new JsonObject
        {
            ["id"] = one.Id,
            ["iid"] = one.Iid,
            ["project_id"] = one.ProjectId,
            ["title"] = one.Title,
            ["description"] = one.Description,
            ["state"] = Json.Snake(one.State),
            ["created_at"] = Json.Rest(one.CreatedAt),
            ["updated_at"] = Json.Rest(one.UpdatedAt),
            ["merge_status"] = MergeStatus.Old(one),
            ["approved"] = left == 0,
            ["approvals_required"] = project.ApprovalsRequired,
            ["approvals_left"] = left,
            ["require_password_to_approve"] = false,
            ["approved_by"] = Json.Array(one.Approvals.Select(approval => new JsonObject { ["user"] = User(approval.UserId), ["approved_at"] = Json.Rest(approval.At) })),
            ["suggested_approvers"] = new JsonArray(),
            ["approvers"] = new JsonArray(),
            ["approver_groups"] = new JsonArray(),
            ["user_has_approved"] = has,
            ["user_can_approve"] = !has && one.IsOpen,
            ["approval_rules_left"] = new JsonArray(),
            ["has_approval_rules"] = false,
            ["merge_request_approvers_available"] = true,
            ["multiple_approval_rules_available"] = true,
            ["invalid_approvers_rules"] = new JsonArray(),
        };
    }

    public JsonObject Reviewer(Reviewer reviewer) => new()
    {
        ["user"] = User(reviewer.UserId),
        ["state"] = Json.Snake(reviewer.State),
        ["created_at"] = Json.Rest(reviewer.CreatedAt),
    };

    public JsonObject Note(MergeRequest one, Note note) => new()
    {
        ["id"] = note.Id,
        ["type"] = null,
        ["body"] = note.Body,
        ["author"] = User(note.AuthorId),
        ["created_at"] = Json.Rest(note.CreatedAt),
        ["updated_at"] = Json.Rest(note.CreatedAt),
        ["system"] = note.IsSystem,
        ["noteable_id"] = one.Id,
        ["noteable_type"] = "MergeRequest",
        ["project_id"] = one.ProjectId,
        ["resolvable"] = false,
        ["confidential"] = false,
        ["internal"] = false,
        ["imported"] = false,
        ["imported_from"] = "none",
        ["noteable_iid"] = one.Iid,
        ["commands_changes"] = new JsonObject(),
    };

    internal static IReadOnlyList<FileChange> FilesOf(GitLabProject project, MergeRequest one) =>
        [.. CommitsOf(project, one).SelectMany(commit => commit.Files).GroupBy(file => file.Path, StringComparer.Ordinal).Select(group => group.First())];

    /// <summary>Newest first, as the API lists them.</summary>
    internal static IReadOnlyList<Commit> CommitsOf(GitLabProject project, MergeRequest one) => CommitGraph.Between(project.Commits, one.StartSha, one.HeadSha);

    /// <summary>A string, because it says <c>1000+</c> above that.</summary>
    private static string ChangesCount(GitLabProject project, MergeRequest one)
    {
        var files = FilesOf(project, one).Count;
        return files > 1_000 ? "1000+" : files.ToString(CultureInfo.InvariantCulture);
    }
}
