using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Hooks;

public sealed partial class HookBodies
{
    /// <param name="actor">Who did it: not the author of the merge request.</param>
    /// <param name="oldrev">The head before, when commits came.</param>
    public JsonObject MergeRequest(
        GitLabProject project, MergeRequest mergeRequest, GitLabUser actor, string action, MergeRequest before, string? oldrev, string? systemAction)
    {
        var attributes = Attributes(project, mergeRequest);
        attributes["action"] = action;
        attributes["actioned_at"] = Json.Hook(now);
        attributes["system"] = systemAction is not null;

        if (systemAction is not null)
        {
            attributes["system_action"] = systemAction;
        }

        if (oldrev is not null)
        {
            attributes["oldrev"] = oldrev;
        }

        var body = new JsonObject
        {
            ["object_kind"] = "merge_request",
            ["event_type"] = "merge_request",
            ["user"] = User(actor),
            ["project"] = Project(project),
            ["object_attributes"] = attributes,
            ["labels"] = Labels(mergeRequest),
            ["changes"] = Differences(before, mergeRequest),
            ["repository"] = Repository(project),
        };

        // The keys are absent when there is nobody.
        if (!mergeRequest.AssigneeIds.IsEmpty)
        {
            body["assignees"] = Json.Array(mergeRequest.AssigneeIds.Select(id => User(state.Users[id])));
        }

        if (!mergeRequest.Reviewers.IsEmpty)
        {
            body["reviewers"] = Reviewers(mergeRequest);
        }

        return body;
    }

    public JsonObject MergeRequestNote(GitLabProject project, MergeRequest mergeRequest, Note note, GitLabUser author)
    {
        var attributes = Attributes(project, mergeRequest);
        attributes.Remove("approval_rules");
        return new JsonObject
        {
            ["object_kind"] = "note",
            ["event_type"] = "note",
            ["user"] = User(author),
            ["project_id"] = project.Id,
            ["project"] = Project(project),
            ["object_attributes"] = new JsonObject
            {
                ["attachment"] = null,
                ["author_id"] = author.Id,
                ["change_position"] = null,
                ["commit_id"] = null,
                ["created_at"] = Json.Hook(note.CreatedAt),
                ["discussion_id"] = $"{note.Id:x40}",
                ["id"] = note.Id,
                ["line_code"] = null,
                ["note"] = note.Body,
                ["noteable_id"] = mergeRequest.Id,
                ["noteable_type"] = "MergeRequest",
                ["original_position"] = null,
                ["position"] = null,
                ["project_id"] = project.Id,
                ["resolved_at"] = null,
                ["resolved_by_id"] = null,
                ["resolved_by_push"] = null,
                ["st_diff"] = null,
                ["system"] = false,
                ["type"] = null,
                ["updated_at"] = Json.Hook(note.CreatedAt),
                ["updated_by_id"] = null,
                ["description"] = note.Body,
                ["url"] = $"{WebUrl(project)}/-/merge_requests/{mergeRequest.Iid}#note_{note.Id}",
                ["action"] = "create",
            },
            ["repository"] = Repository(project),
            ["merge_request"] = attributes,
        };
    }

    private JsonObject Attributes(GitLabProject project, MergeRequest one) => new()
    {
        ["assignee_id"] = one.AssigneeIds is [var first, ..] ? first : null,
        ["author_id"] = one.AuthorId,
        ["created_at"] = Json.Hook(one.CreatedAt),
        ["description"] = one.Description,
        ["draft"] = one.IsDraft,
        ["head_pipeline_id"] = project.HeadPipelinesOf(one).LastOrDefault()?.Id,
        ["id"] = one.Id,
        ["iid"] = one.Iid,
        ["last_edited_at"] = Json.Hook(one.LastEditedAt),
        ["last_edited_by_id"] = one.LastEditedById,
        ["merge_commit_sha"] = one.MergeCommitSha,
        ["merged_at"] = Json.Hook(one.MergedAt),
        ["merge_error"] = null,
        ["merge_params"] = new JsonObject { ["force_remove_source_branch"] = one.RemovesSourceBranch ? "1" : "0" },
        ["merge_status"] = MergeStatus.Old(one),
        ["merge_user_id"] = one.MergedById,
        ["merge_when_pipeline_succeeds"] = false,
        ["milestone_id"] = null,
        ["source_branch"] = one.SourceBranch,
        ["source_project_id"] = state.Projects.ContainsKey(one.SourceProjectId) ? one.SourceProjectId : null,
        ["squash_commit_sha"] = one.SquashCommitSha,
        ["state_id"] = (int)one.State,
        ["target_branch"] = one.TargetBranch,
        ["target_branch_protected"] = string.Equals(one.TargetBranch, project.DefaultBranch, StringComparison.Ordinal),
        ["target_project_id"] = one.ProjectId,
        ["time_estimate"] = 0,
        ["title"] = one.Title,
        ["updated_at"] = Json.Hook(one.UpdatedAt),
        ["updated_by_id"] = one.UpdatedById,
        ["prepared_at"] = Json.Hook(one.PreparedAt),
        ["assignee_ids"] = Json.Array(one.AssigneeIds.Select(id => (JsonNode?)JsonValue.Create(id))),
        ["blocking_discussions_resolved"] = true,
        ["detailed_merge_status"] = MergeStatus.Detailed(project, one),
        ["first_contribution"] = false,
        ["human_time_change"] = null,
        ["human_time_estimate"] = null,
        ["human_total_time_spent"] = null,
        ["labels"] = Labels(one),
        ["last_commit"] = project.Commits.TryGetValue(one.HeadSha, out var head) ? ShortCommit(project, head) : null,
        ["reviewer_ids"] = Json.Array(one.Reviewers.Select(reviewer => (JsonNode?)JsonValue.Create(reviewer.UserId))),

        // Null once the fork is deleted.
        ["source"] = state.Projects.TryGetValue(one.SourceProjectId, out var source) ? Project(source) : null,
        ["state"] = Json.Snake(one.State),
        ["target"] = Project(project),
        ["time_change"] = 0,
        ["total_time_spent"] = 0,
        ["url"] = $"{WebUrl(project)}/-/merge_requests/{one.Iid}",
        ["work_in_progress"] = one.IsDraft,
        ["approval_rules"] = new JsonArray(),
    };

    private JsonObject Differences(MergeRequest before, MergeRequest after)
    {
        var changes = new JsonObject();
        Note("title", before.Title, after.Title);
        Note("description", before.Description, after.Description);
        Note("target_branch", before.TargetBranch, after.TargetBranch);
        Note("draft", before.IsDraft, after.IsDraft);
        Note("state_id", (int)before.State, (int)after.State);
        Note("merge_status", MergeStatus.Old(before), MergeStatus.Old(after));
        Note("prepared_at", Json.Hook(before.PreparedAt), Json.Hook(after.PreparedAt));
        Note("updated_at", Json.Hook(before.UpdatedAt), Json.Hook(after.UpdatedAt));
        Note("last_edited_at", Json.Hook(before.LastEditedAt), Json.Hook(after.LastEditedAt));
        Note("updated_by_id", before.UpdatedById, after.UpdatedById);
        Note("merge_commit_sha", before.MergeCommitSha, after.MergeCommitSha);

        if (!before.Labels.SequenceEqual(after.Labels, StringComparer.Ordinal))
        {
            changes["labels"] = new JsonObject { ["previous"] = Labels(before), ["current"] = Labels(after) };
        }

        if (!before.AssigneeIds.SequenceEqual(after.AssigneeIds))
        {
            changes["assignees"] = new JsonObject
            {
                ["previous"] = Json.Array(before.AssigneeIds.Select(id => User(state.Users[id]))),
                ["current"] = Json.Array(after.AssigneeIds.Select(id => User(state.Users[id]))),
            };
        }

        if (!before.Reviewers.SequenceEqual(after.Reviewers))
        {
            changes["reviewers"] = new JsonObject { ["previous"] = Reviewers(before), ["current"] = Reviewers(after) };
        }

        return changes;

        void Note<T>(string name, T previous, T current)
        {
            if (!EqualityComparer<T>.Default.Equals(previous, current))
            {
                changes[name] = new JsonObject { ["previous"] = JsonValue.Create(previous), ["current"] = JsonValue.Create(current) };
            }
        }
    }

    private JsonArray Reviewers(MergeRequest one) => Json.Array(one.Reviewers.Select(reviewer =>
    {
        var user = User(state.Users[reviewer.UserId]);
        user["state"] = Json.Snake(reviewer.State);
        user["re_requested"] = false;
        return user;
    }));

    private static JsonArray Labels(MergeRequest one) => Json.Array(one.Labels.Select((title, place) => new JsonObject
    {
        ["id"] = 4_000 + place,
        ["title"] = title,
        ["color"] = "#428bca",
        ["project_id"] = one.ProjectId,
        ["created_at"] = Json.Hook(one.CreatedAt),
        ["updated_at"] = Json.Hook(one.CreatedAt),
        ["template"] = false,
        ["description"] = null,
        ["type"] = "ProjectLabel",
        ["group_id"] = null,
    }));

}
