using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

internal sealed partial class Entities
{
    /// <summary>The field set of <c>simple=true</c>.</summary>
    public JsonObject SimpleProject(GitLabProject project)
    {
        var web = WebUrl(project);
        return new JsonObject
        {
            ["id"] = project.Id,
            ["description"] = project.Description,
            ["name"] = project.Name,
            ["name_with_namespace"] = project.NameWithNamespace,
            ["path"] = project.Path,
            ["path_with_namespace"] = project.FullPath,
            ["created_at"] = Json.Rest(project.CreatedAt),
            ["default_branch"] = project.IsEmptyRepository ? null : project.DefaultBranch,
            ["tag_list"] = new JsonArray(),
            ["topics"] = new JsonArray(),
            ["ssh_url_to_repo"] = $"git@{new Uri(baseUrl).Host}:{project.FullPath}.git",
            ["http_url_to_repo"] = $"{web}.git",
            ["web_url"] = web,
            ["readme_url"] = project.IsEmptyRepository ? null : $"{web}/-/blob/{project.DefaultBranch}/README.md",
            ["forks_count"] = state.Projects.Values.Count(other => other.ForkedFromId == project.Id),
            ["avatar_url"] = null,
            ["star_count"] = 0,
            ["last_activity_at"] = Json.Rest(project.LastActivityAt),
            ["visibility"] = Json.Snake(project.Visibility),
            ["namespace"] = NamespaceOf(project),
        };
    }

    public JsonObject Project(GitLabProject project, GitLabUser reader)
    {
        var body = SimpleProject(project);
        var self = $"{baseUrl}/api/v4/projects/{project.Id}";
        body["container_registry_image_prefix"] = $"registry.{new Uri(baseUrl).Host}/{project.FullPath}";
        body["_links"] = new JsonObject
        {
            ["self"] = self,
            ["issues"] = $"{self}/issues",
            ["merge_requests"] = $"{self}/merge_requests",
            ["repo_branches"] = $"{self}/repository/branches",
            ["labels"] = $"{self}/labels",
            ["events"] = $"{self}/events",
            ["members"] = $"{self}/members",
            ["cluster_agents"] = $"{self}/cluster_agents",
        };
        body["marked_for_deletion_at"] = Json.Day(project.MarkedForDeletionOn);
        body["marked_for_deletion_on"] = Json.Day(project.MarkedForDeletionOn);
        body["packages_enabled"] = true;
        body["empty_repo"] = project.IsEmptyRepository;
        body["archived"] = project.IsArchived;
        body["updated_at"] = Json.Rest(project.UpdatedAt);
        body["issues_enabled"] = true;
        body["merge_requests_enabled"] = true;
        body["wiki_enabled"] = true;
        body["jobs_enabled"] = true;
        body["snippets_enabled"] = true;
        body["can_create_merge_request_in"] = !project.IsArchived;
        body["issues_access_level"] = "enabled";
        body["repository_access_level"] = "enabled";
        body["merge_requests_access_level"] = "enabled";
        body["builds_access_level"] = "enabled";
        body["environments_access_level"] = "enabled";
        body["feature_flags_access_level"] = "enabled";
        body["releases_access_level"] = "enabled";
        body["shared_runners_enabled"] = true;
        body["lfs_enabled"] = true;
        body["creator_id"] = project.CreatorId;
        body["import_status"] = "none";
        body["open_issues_count"] = 0;
        body["ci_config_path"] = "";
        body["public_jobs"] = true;
        body["shared_with_groups"] = Json.Array(project.SharedWith.Where(share => state.Groups.ContainsKey(share.GroupId)).Select(share => new JsonObject
        {
            ["group_id"] = share.GroupId,
            ["group_name"] = state.Groups[share.GroupId].Name,
            ["group_full_path"] = state.Groups[share.GroupId].FullPath,
            ["group_access_level"] = (int)share.Level,
            ["expires_at"] = Json.Day(share.ExpiresAt),
        }));
        body["only_allow_merge_if_pipeline_succeeds"] = false;
        body["request_access_enabled"] = true;
        body["only_allow_merge_if_all_discussions_are_resolved"] = false;
        body["remove_source_branch_after_merge"] = true;
        body["merge_method"] = "merge";
        body["squash_option"] = "default_off";
        body["repository_object_format"] = "sha1";
        body["approvals_before_merge"] = project.ApprovalsRequired;

        if (project.ForkedFromId is { } origin && state.Projects.TryGetValue(origin, out var source))
        {
            body["forked_from_project"] = SimpleProject(source);
        }

        body["permissions"] = new JsonObject
        {
            ["project_access"] = Permission(Access.Direct(project.Members, reader.Id, now)),
            ["group_access"] = Permission(Access.OfNamespace(state, reader.Id, project, now)),
        };
        return body;
    }

    private static JsonObject? Permission(AccessLevel level) =>
        level is AccessLevel.None ? null : new JsonObject { ["access_level"] = (int)level, ["notification_level"] = 3 };

    private JsonObject NamespaceOf(GitLabProject project)
    {
        if (state.Groups.TryGetValue(project.NamespaceId, out var group))
        {
            return Namespace(group, asOwner: false);
        }

        return Namespace(state.OwnerOf(project)!);
    }

    private string WebUrl(GitLabProject project) => $"{baseUrl}/{project.FullPath}";
}
