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

    public static string Pipeline(string status = "success", string more = "\"source\": \"push\", \"ref\": \"ABC-1-fix\"", string root = "\"merge_request\": null") => $$"""
        {
          "object_kind": "pipeline",
          "object_attributes": {
            "id": 5000000001, "iid": 12, "name": null, "tag": false, "sha": "{{New}}", "before_sha": "{{Old}}", "status": "{{status}}", "detailed_status": "passed",
            "stages": ["build"], "created_at": "2026-11-01 10:00:00 UTC", "finished_at": "2026-11-01 10:04:00 UTC", "duration": 239.5, "queued_duration": 1,
            "variables": [{ "key": "TOKEN", "value": "hidden" }], "url": "https://gitlab.example/acme/anvil/-/pipelines/5000000001",
            {{more}}
          },
          {{root}},
          "user": { "id": 42, "name": "Ada", "username": "ada", "email": "[REDACTED]" },
          {{Project}},
          "commit": { "id": "{{New}}", "message": "ABC-2 Fix it", "timestamp": "2026-11-01T12:00:00+02:00", "url": "https://gitlab.example/c", "author": { "name": "Ada", "email": "" } },
          "builds": [{ "id": 1, "status": "success", "environment": { "name": "prod" } }]
        }
        """;

    public static string Deployment(string status = "success") => $$"""
        {
          "object_kind": "deployment", "status": "{{status}}", "status_changed_at": "2026-11-01 12:00:00 +0200", "deployment_id": 70, "deployable_id": 600,
          "deployable_url": "https://gitlab.example/acme/anvil/-/jobs/600", "environment": "prod", "environment_tier": "production", "environment_slug": "prod",
          {{Project}},
          "short_sha": "22222222", "user": { "id": 42 }, "user_url": "https://gitlab.example/ada", "commit_url": "https://gitlab.example/acme/anvil/-/commit/{{New}}",
          "commit_title": "Fix it", "ref": "main"
        }
        """;

    public static string FeatureFlag() => $$"""
        {
          "object_kind": "feature_flag", {{Project}},
          "user": { "id": 42 }, "object_attributes": { "id": 6, "name": "dark", "description": "ABC-1", "active": true }
        }
        """;

    /// <summary>A body of each kind: whole ones of what is translated, of the rest what tells the kind.</summary>
    public static string OfKind(string kind) => kind switch
    {
        "push" => Push(),
        "merge_request" => MergeRequest(),
        "pipeline" => Pipeline(),
        "deployment" => Deployment(),
        "feature_flag" => FeatureFlag(),
        "note_on_merge_request" => MergeRequest()
            .Replace("\"object_kind\": \"merge_request\"", "\"object_kind\": \"note\"", StringComparison.Ordinal)
            .Replace("\"object_attributes\"", "\"object_attributes\": { \"id\": 1, \"noteable_type\": \"MergeRequest\" }, \"merge_request\"", StringComparison.Ordinal),
        _ when kind.StartsWith("project_", StringComparison.Ordinal) => Event(kind, "\"project_id\": 7, \"path_with_namespace\": \"acme/anvil\", \"old_path_with_namespace\": \"acme/hammer\""),
        _ when kind.StartsWith("subgroup_", StringComparison.Ordinal) || kind.StartsWith("group_", StringComparison.Ordinal) => Event(kind, "\"group_id\": 9, \"full_path\": \"acme/forge\", \"old_full_path\": \"acme/old\""),
        _ when kind.EndsWith("_group", StringComparison.Ordinal) => Event(kind, "\"group_id\": 5, \"user_id\": 42"),
        _ when kind.EndsWith("_team", StringComparison.Ordinal) => Event(kind, "\"project_id\": 7, \"user_id\": 42"),
        "repository_update" or "key_create" => Event(kind, "\"user_id\": 42"),
        _ => $$"""{ "object_kind": "{{kind}}", {{Project}} }""",
    };

    private static string Event(string name, string fields) => $$"""{ "event_name": "{{name}}", "created_at": "2026-11-01T10:00:00Z", {{fields}} }""";
}
