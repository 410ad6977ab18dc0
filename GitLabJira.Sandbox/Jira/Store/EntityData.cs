using System.Text.Json;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Checks;

namespace GitLabJira.Sandbox.Jira.Store;

/// <summary>Turns what was sent into what is kept: a repository without its lists, a commit message cut to Jira's length.</summary>
internal static class EntityData
{
    public static JsonElement ToStore(EntityKind kind, JsonElement data)
    {
        switch (kind)
        {
            case EntityKind.Repository:
                var repository = JsonObject.Create(data)!;
                foreach (var list in new[] { "commits", "branches", "pullRequests" })
                {
                    repository.Remove(list);
                }

                return JsonSerializer.SerializeToElement(repository);
            case EntityKind.Commit when data.GetProperty("message").GetString() is { Length: > DevInfoShapes.MaxCommitMessage } message:
                var commit = JsonObject.Create(data)!;
                commit["message"] = message[..DevInfoShapes.MaxCommitMessage];
                return JsonSerializer.SerializeToElement(commit);
            default:
                // The element belongs to the whole request's document; a copy lets that go.
                return data.Clone();
        }
    }
}
