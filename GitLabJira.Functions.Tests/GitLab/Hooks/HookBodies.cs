namespace GitLabJira.Functions.Tests.GitLab.Hooks;

/// <summary>Bodies in GitLab's shape, reduced to the fields that matter.</summary>
internal static class HookBodies
{
    public const string Zeros = "0000000000000000000000000000000000000000";
    public const string Old = "1111111111111111111111111111111111111111";
    public const string New = "2222222222222222222222222222222222222222";

    public const string Project = """
        "project": {
            "id": 7, "name": "Anvil", "description": "Drop it", "web_url": "https://gitlab.example/acme/anvil", "avatar_url": null,
            "namespace": "Acme", "path_with_namespace": "acme/anvil", "default_branch": "main"
        }
        """;

    public static string Push(
        string branch = "ABC-1-fix", string before = Old, string after = New, string message = "ABC-1 Fix it", int? total = null, bool withCommit = true) => $$"""
        {
          "object_kind": "push", "event_name": "push", "before": "{{before}}", "after": "{{after}}", "ref": "refs/heads/{{branch}}", "checkout_sha": "{{after}}",
          "project_id": 7, {{Project}},
          "commits": [
            {{(withCommit ? Commit(after, message) : "")}}
          ],
          "total_commits_count": {{total ?? (withCommit ? 1 : 0)}}
        }
        """;

    public static string Commit(string sha, string message) => $$"""
        {
          "id": "{{sha}}", "message": "{{message}}", "title": "{{message}}", "timestamp": "2026-11-01T12:00:00+02:00",
          "url": "https://gitlab.example/acme/anvil/-/commit/{{sha}}", "author": { "name": "Ada", "email": "[REDACTED]" },
          "added": ["a", "b"], "modified": ["c"], "removed": ["d"]
        }
        """;

    public static string MergeRequest(
        string action = "update", string title = "ABC-1 Fix it", string description = "", string state = "opened", string updatedAt = "2026-11-01 10:00:05 UTC", string more = "", long userId = 42) => $$"""
        {
          "object_kind": "merge_request", "event_type": "merge_request",
          "user": { "id": {{userId}}, "name": "Ada", "username": "ada", "avatar_url": "https://gitlab.example/ada.png", "email": "[REDACTED]" },
          {{Project}},
          "object_attributes": {
            "id": 900, "iid": 3, "title": "{{title}}", "description": "{{description}}", "state": "{{state}}", "action": "{{action}}", "draft": false,
            "source_branch": "fix", "target_branch": "main", "source_project_id": 7, "target_project_id": 7, "author_id": 42,
            "created_at": "2026-11-01 10:00:00 UTC", "updated_at": "{{updatedAt}}", "url": "https://gitlab.example/acme/anvil/-/merge_requests/3",
            "last_commit": {{Commit(New, "Fix it")}}
            {{more}}
          },
          "changes": { "title": { "previous": "ABC-9 Old", "current": "{{title}}" }, "updated_at": { "previous": "x", "current": "y" }, "reviewers": [[{}], [{}]] },
          "reviewers": [ { "id": 43, "name": "Bob", "username": "bob", "email": "bob@example.com" } ]
        }
        """;
}
