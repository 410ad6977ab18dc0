using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Shows what the instance holds in the field sets of GitLab's REST API.</summary>
internal sealed partial class Entities(GitLabState state, string baseUrl, DateTimeOffset now)
{
    public JsonObject User(GitLabUser user) => new()
    {
        ["id"] = user.Id,
        ["username"] = user.Username,
        ["public_email"] = user.PublicEmail ?? "",
        ["name"] = user.Name,
        ["state"] = user.IsBlocked ? "blocked" : "active",
        ["locked"] = false,
        ["avatar_url"] = $"{baseUrl}/uploads/-/system/user/avatar/{user.Id}/avatar.png",
        ["web_url"] = $"{baseUrl}/{user.Username}",
    };

    public JsonObject? User(long? userId) => userId is { } id && state.Users.TryGetValue(id, out var user) ? User(user) : null;

    /// <summary>What only the user itself sees.</summary>
    public JsonObject CurrentUser(GitLabUser user)
    {
        var body = User(user);
        body["created_at"] = Json.Rest(user.CreatedAt);
        body["bio"] = "";
        body["location"] = null;
        body["website_url"] = "";
        body["organization"] = "";
        body["job_title"] = "";
        body["bot"] = false;
        body["confirmed_at"] = Json.Rest(user.CreatedAt);
        body["last_activity_on"] = Json.Day(DateOnly.FromDateTime(now.UtcDateTime));
        body["email"] = user.Email;
        body["commit_email"] = user.Email;
        body["color_scheme_id"] = 1;
        body["projects_limit"] = 100_000;
        body["identities"] = new JsonArray();
        body["can_create_group"] = true;
        body["can_create_project"] = true;
        body["two_factor_enabled"] = false;
        body["external"] = false;
        body["private_profile"] = false;
        body["namespace_id"] = user.NamespaceId;

        if (user.IsAdmin)
        {
            body["is_admin"] = true;
        }

        return body;
    }

    public JsonObject Group(GitLabGroup group) => new()
    {
        ["id"] = group.Id,
        ["web_url"] = $"{baseUrl}/groups/{group.FullPath}",
        ["name"] = group.Name,
        ["path"] = group.Path,
        ["description"] = group.Description,
        ["visibility"] = Json.Snake(group.Visibility),
        ["share_with_group_lock"] = false,
        ["require_two_factor_authentication"] = false,
        ["two_factor_grace_period"] = 48,
        ["project_creation_level"] = "developer",
        ["auto_devops_enabled"] = null,
        ["subgroup_creation_level"] = "maintainer",
        ["emails_disabled"] = false,
        ["emails_enabled"] = true,
        ["mentions_disabled"] = null,
        ["lfs_enabled"] = true,
        ["archived"] = false,
        ["default_branch"] = null,
        ["default_branch_protection"] = 2,
        ["avatar_url"] = null,
        ["request_access_enabled"] = true,
        ["full_name"] = group.FullName,
        ["full_path"] = group.FullPath,
        ["created_at"] = Json.Rest(group.CreatedAt),
        ["parent_id"] = group.ParentId,
        ["organization_id"] = 1,
        ["shared_runners_setting"] = "enabled",
        ["ldap_cn"] = null,
        ["ldap_access"] = null,
        ["marked_for_deletion_on"] = Json.Day(group.MarkedForDeletionOn),
        ["wiki_access_level"] = "enabled",
    };

    public JsonObject Namespace(GitLabGroup group, bool asOwner)
    {
        var body = new JsonObject
        {
            ["id"] = group.Id,
            ["name"] = group.Name,
            ["path"] = group.Path,
            ["kind"] = "group",
            ["full_path"] = group.FullPath,
            ["parent_id"] = group.ParentId,
            ["avatar_url"] = null,
            ["web_url"] = $"{baseUrl}/groups/{group.FullPath}",
        };

        if (asOwner)
        {
            body["members_count_with_descendants"] = group.Members.Count;
            body["billable_members_count"] = group.Members.Count;
            body["plan"] = Json.Snake(state.PlanOf(group));
            body["trial_ends_on"] = null;
            body["trial"] = false;
            body["root_repository_size"] = 100;
            body["projects_count"] = state.ProjectsOf(group, includeSubgroups: false).Count();
        }

        return body;
    }

    public JsonObject Namespace(GitLabUser user) => new()
    {
        ["id"] = user.NamespaceId,
        ["name"] = user.Name,
        ["path"] = user.Username,
        ["kind"] = "user",
        ["full_path"] = user.Username,
        ["parent_id"] = null,
        ["avatar_url"] = $"{baseUrl}/uploads/-/system/user/avatar/{user.Id}/avatar.png",
        ["web_url"] = $"{baseUrl}/{user.Username}",
    };

    public JsonObject Member(GitLabUser user, AccessLevel level, Member? direct)
    {
        var body = User(user);
        body["access_level"] = (int)level;
        body["created_at"] = Json.Rest(direct?.CreatedAt);
        body["expires_at"] = Json.Day(direct?.ExpiresAt);
        body["group_saml_identity"] = null;
        body["membership_state"] = "active";
        return body;
    }
}
