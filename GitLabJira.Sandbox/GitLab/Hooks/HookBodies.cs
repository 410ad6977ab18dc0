using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>Builds webhook bodies in GitLab 19's field sets: e-mail addresses are hidden, legacy keys are still there, and what hooks lack is lacking.</summary>
public sealed partial class HookBodies(GitLabState state, string baseUrl, DateTimeOffset now)
{
    private const int CommitsInPush = 20;

    private readonly string _host = new Uri(baseUrl).Host;

    public JsonObject Push(GitLabProject project, GitLabUser pusher, string branch, string before, string after, IReadOnlyList<Commit> newestFirst)
    {
        var removed = after is Pushing.ZeroSha;
        return new JsonObject
        {
            ["object_kind"] = "push",
            ["event_name"] = "push",
            ["before"] = before,
            ["after"] = after,
            ["ref"] = $"refs/heads/{branch}",
            ["ref_protected"] = string.Equals(branch, project.DefaultBranch, StringComparison.Ordinal),
            ["checkout_sha"] = removed ? null : after,
            ["message"] = null,
            ["user_id"] = pusher.Id,
            ["user_name"] = pusher.Name,
            ["user_username"] = pusher.Username,
            ["user_email"] = pusher.PublicEmail ?? "",
            ["user_avatar"] = Avatar(pusher),
            ["project_id"] = project.Id,
            ["project"] = Project(project),
            ["commits"] = Json.Array(newestFirst.Take(CommitsInPush).Reverse().Select(commit => PushCommit(project, commit))),
            ["total_commits_count"] = newestFirst.Count,
            ["push_options"] = new JsonObject(),
            ["repository"] = new JsonObject
            {
                ["name"] = project.Name,
                ["url"] = SshUrl(project),
                ["description"] = project.Description,
                ["homepage"] = WebUrl(project),
                ["git_http_url"] = HttpUrl(project),
                ["git_ssh_url"] = SshUrl(project),
                ["visibility_level"] = (int)project.Visibility,
            },
        };
    }

    public JsonObject ProjectLifecycle(string eventName, GitLabProject project) => new()
    {
        ["event_name"] = eventName,
        ["created_at"] = Json.HookPlain(project.CreatedAt),
        ["updated_at"] = Json.HookPlain(project.UpdatedAt),
        ["name"] = project.Name,
        ["path"] = project.Path,
        ["path_with_namespace"] = project.FullPath,
        ["project_id"] = project.Id,
        ["project_namespace_id"] = project.NamespaceId,
        ["owners"] = Json.Array(OwnersOf(project).Select(owner => new JsonObject { ["name"] = owner.Name, ["email"] = Email(owner) })),
        ["project_visibility"] = Json.Snake(project.Visibility),
    };

    public JsonObject Subgroup(string eventName, GitLabGroup group, GitLabGroup parent) => new()
    {
        ["created_at"] = Json.HookPlain(group.CreatedAt),
        ["updated_at"] = Json.HookPlain(now),
        ["event_name"] = eventName,
        ["name"] = group.Name,
        ["path"] = group.Path,
        ["full_path"] = group.FullPath,
        ["group_id"] = group.Id,
        ["parent_group_id"] = parent.Id,
        ["parent_name"] = parent.Name,
        ["parent_path"] = parent.Path,
        ["parent_full_path"] = parent.FullPath,
    };

    public JsonObject Member(string eventName, GitLabGroup group, GitLabUser user, Member member) => new()
    {
        ["created_at"] = Json.HookPlain(member.CreatedAt),
        ["updated_at"] = Json.HookPlain(now),
        ["group_name"] = group.Name,
        ["group_path"] = group.Path,
        ["group_id"] = group.Id,
        ["user_username"] = user.Username,
        ["user_name"] = user.Name,
        ["user_email"] = Email(user),
        ["user_id"] = user.Id,
        ["group_access"] = member.Level.ToString(),
        ["group_plan"] = null,
        ["expires_at"] = member.ExpiresAt is { } day ? $"{Json.Day(day)}T00:00:00Z" : null,
        ["event_name"] = eventName,
    };

    private IEnumerable<GitLabUser> OwnersOf(GitLabProject project) =>
        state.GroupsAbove(project).SelectMany(group => group.Members.Values).Where(member => member.Level is AccessLevel.Owner).Select(member => state.Users[member.UserId]).DistinctBy(user => user.Id);

    private JsonObject Project(GitLabProject project, bool legacy = true)
    {
        var body = new JsonObject
        {
            ["id"] = project.Id,
            ["name"] = project.Name,
            ["description"] = project.Description,
            ["web_url"] = WebUrl(project),
            ["avatar_url"] = null,
            ["git_ssh_url"] = SshUrl(project),
            ["git_http_url"] = HttpUrl(project),
            ["namespace"] = state.Groups.TryGetValue(project.NamespaceId, out var group) ? group.Name : state.OwnerOf(project)?.Name,
            ["visibility_level"] = (int)project.Visibility,
            ["path_with_namespace"] = project.FullPath,
            ["default_branch"] = project.DefaultBranch,
            ["ci_config_path"] = "",
        };

        if (legacy)
        {
            body["homepage"] = WebUrl(project);
            body["url"] = SshUrl(project);
            body["ssh_url"] = SshUrl(project);
            body["http_url"] = HttpUrl(project);
        }

        return body;
    }

    private JsonObject Repository(GitLabProject project) => new()
    {
        ["name"] = project.Name,
        ["url"] = SshUrl(project),
        ["description"] = project.Description,
        ["homepage"] = WebUrl(project),
    };

    private JsonObject User(GitLabUser user) => new()
    {
        ["id"] = user.Id,
        ["name"] = user.Name,
        ["username"] = user.Username,
        ["avatar_url"] = Avatar(user),
        ["email"] = Email(user),
    };

    private JsonObject PushCommit(GitLabProject project, Commit commit)
    {
        var body = ShortCommit(project, commit);
        body["added"] = Paths(commit, FileChangeKind.Added);
        body["modified"] = Paths(commit, FileChangeKind.Modified);
        body["removed"] = Paths(commit, FileChangeKind.Removed);
        return body;
    }

    private JsonObject ShortCommit(GitLabProject project, Commit commit) => new()
    {
        ["id"] = commit.Sha,
        ["message"] = commit.Message,
        ["title"] = commit.Title,
        ["timestamp"] = Json.HookCommit(commit.AuthoredAt),
        ["url"] = $"{WebUrl(project)}/-/commit/{commit.Sha}",
        ["author"] = new JsonObject
        {
            ["name"] = commit.Author.Name,
            ["email"] = state.Users.Values.FirstOrDefault(user => string.Equals(user.Email, commit.Author.Email, StringComparison.OrdinalIgnoreCase)) is { } known ? Email(known) : "[REDACTED]",
        },
    };

    /// <summary>A rename shows as one file gone and one added.</summary>
    private static JsonArray Paths(Commit commit, FileChangeKind kind)
    {
        var paths = commit.Files.Where(file => file.Kind == kind).Select(file => file.Path);
        var renamed = commit.Files.Where(file => file.Kind is FileChangeKind.Renamed);
        paths = kind switch
        {
            FileChangeKind.Added => paths.Concat(renamed.Select(file => file.Path)),
            FileChangeKind.Removed => paths.Concat(renamed.Select(file => file.OldPath!)),
            _ => paths,
        };
        return Json.Array(paths.Select(path => (JsonNode?)JsonValue.Create(path)));
    }

    private static string Email(GitLabUser user) => user.PublicEmail ?? "[REDACTED]";

    private string Avatar(GitLabUser user) => $"{baseUrl}/uploads/-/system/user/avatar/{user.Id}/avatar.png";

    private string WebUrl(GitLabProject project) => $"{baseUrl}/{project.FullPath}";

    private string HttpUrl(GitLabProject project) => $"{baseUrl}/{project.FullPath}.git";

    private string SshUrl(GitLabProject project) => $"git@{_host}:{project.FullPath}.git";
}
