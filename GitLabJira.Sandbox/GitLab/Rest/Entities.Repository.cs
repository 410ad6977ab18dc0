using System.Text;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

internal sealed partial class Entities
{
    public JsonObject Commit(GitLabProject project, Commit commit, bool withStats = false)
    {
        var body = new JsonObject
        {
            ["id"] = commit.Sha,
            ["short_id"] = commit.ShortId,
            ["created_at"] = Json.Git(commit.CommittedAt),
            ["parent_ids"] = Json.Array(commit.ParentIds.Select(id => (JsonNode?)JsonValue.Create(id))),
            ["title"] = commit.Title,
            ["message"] = commit.Message,
            ["author_name"] = commit.Author.Name,
            ["author_email"] = commit.Author.Email,
            ["authored_date"] = Json.Git(commit.AuthoredAt),
            ["committer_name"] = commit.Committer.Name,
            ["committer_email"] = commit.Committer.Email,
            ["committed_date"] = Json.Git(commit.CommittedAt),
            ["trailers"] = new JsonObject(),
            ["extended_trailers"] = new JsonObject(),
            ["web_url"] = $"{WebUrl(project)}/-/commit/{commit.Sha}",
        };

        if (withStats)
        {
            body["stats"] = new JsonObject
            {
                ["additions"] = commit.LinesAdded,
                ["deletions"] = commit.LinesRemoved,
                ["total"] = commit.LinesAdded + commit.LinesRemoved,
            };
        }

        return body;
    }

    public JsonObject CommitDetail(GitLabProject project, Commit commit)
    {
        var body = Commit(project, commit, withStats: true);
        var pipeline = project.Pipelines.Values.LastOrDefault(one => string.Equals(one.Sha, commit.Sha, StringComparison.Ordinal));
        body["status"] = pipeline is null ? null : Json.Snake(pipeline.Status);
        body["project_id"] = project.Id;
        body["last_pipeline"] = pipeline is null ? null : Pipeline(project, pipeline);
        return body;
    }

    public JsonObject Branch(GitLabProject project, Branch branch, bool isMerged, bool canPush)
    {
        var isDefault = string.Equals(branch.Name, project.DefaultBranch, StringComparison.Ordinal);
        return new JsonObject
        {
            ["name"] = branch.Name,
            ["commit"] = Commit(project, project.Commits[branch.Sha]),
            ["merged"] = isMerged,
            ["protected"] = isDefault || project.Protects(branch.Name),
            ["developers_can_push"] = isDefault,
            ["developers_can_merge"] = isDefault,
            ["can_push"] = canPush,
            ["default"] = isDefault,
            ["web_url"] = $"{WebUrl(project)}/-/tree/{string.Join('/', branch.Name.Split('/').Select(Uri.EscapeDataString))}",
        };
    }

    public static JsonObject Diff(FileChange file) => new()
    {
        ["diff"] = DiffText(file),
        ["collapsed"] = false,
        ["too_large"] = false,
        ["new_path"] = file.Path,
        ["old_path"] = file.OldPath ?? file.Path,
        ["a_mode"] = file.Kind is FileChangeKind.Added ? "0" : "100644",
        ["b_mode"] = file.Kind is FileChangeKind.Removed ? "0" : "100644",
        ["new_file"] = file.Kind is FileChangeKind.Added,
        ["renamed_file"] = file.Kind is FileChangeKind.Renamed,
        ["deleted_file"] = file.Kind is FileChangeKind.Removed,
        ["generated_file"] = false,
    };

    private static string DiffText(FileChange file)
    {
        var text = new StringBuilder();
        text.Append("@@ -").Append(file.LinesRemoved > 0 ? 1 : 0).Append(',').Append(file.LinesRemoved).Append(" +").Append(file.LinesAdded > 0 ? 1 : 0).Append(',').Append(file.LinesAdded).Append(" @@\n");

        for (var line = 1; line <= file.LinesRemoved; line++)
        {
            text.Append("-old line ").Append(line).Append('\n');
        }

        for (var line = 1; line <= file.LinesAdded; line++)
        {
            text.Append("+new line ").Append(line).Append('\n');
        }

        return text.ToString();
    }
}
