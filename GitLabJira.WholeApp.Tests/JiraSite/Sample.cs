using System.Globalization;
using System.Text.Json.Nodes;

namespace GitLabJira.WholeApp.Tests.Jira;

/// <summary>Smallest bodies that Jira takes; tests spoil them.</summary>
internal static class Sample
{
    public const string DevInfo = "/rest/devinfo/0.10/bulk";
    public const string Builds = "/rest/builds/0.1/bulk";
    public const string Deployments = "/rest/deployments/0.1/bulk";
    public const string Flags = "/rest/featureflags/0.1/bulk";

    public static JsonObject Commit(string id = "c1", string key = "SHOP-1", long sequence = 1) => Json($$"""
        {
          "id": "{{id}}", "displayId": "{{id}}", "message": "{{key}} change", "author": { "name": "Mia", "email": "mia@example.com" },
          "authorTimestamp": "2026-03-01T08:00:00Z", "fileCount": 1, "url": "https://gitlab.example/g/p/-/commit/{{id}}", "issueKeys": ["{{key}}"],
          "updateSequenceId": {{Text(sequence)}}
        }
        """);

    public static JsonObject Branch(string id = "b1", string key = "SHOP-1", long sequence = 1) => new()
    {
        ["id"] = id,
        ["name"] = $"feature/{key}",
        ["url"] = $"https://gitlab.example/g/p/-/commits/feature/{id}",
        ["issueKeys"] = new JsonArray(key),
        ["lastCommit"] = Commit(key: key),
        ["updateSequenceId"] = sequence,
    };

    public static JsonObject PullRequest(string id = "1", string key = "SHOP-1", long sequence = 1, string status = "OPEN") => Json($$"""
        {
          "id": "{{id}}", "displayId": "g/p!{{id}}", "title": "{{key}} work", "status": "{{status}}", "author": { "name": "Mia" }, "commentCount": 0,
          "sourceBranch": "feature", "lastUpdate": "2026-03-01T08:00:00Z", "url": "https://gitlab.example/g/p/-/merge_requests/{{id}}", "issueKeys": ["{{key}}"],
          "updateSequenceId": {{Text(sequence)}}
        }
        """);

    public static JsonObject Repository(string id, string list, params IEnumerable<JsonObject> entities) => new()
    {
        ["id"] = id,
        ["name"] = "p",
        ["url"] = "https://gitlab.example/g/p",
        ["updateSequenceId"] = 1,
        [list] = new JsonArray([.. entities]),
    };

    public static JsonObject Request(params IEnumerable<JsonObject> repositories) => new() { ["repositories"] = new JsonArray([.. repositories]) };

    /// <summary>One entity in one repository, tagged with a link.</summary>
    public static JsonObject Request(string list, JsonObject entity, string repositoryId = "42", string? linkId = "link-1")
    {
        var request = Request(Repository(repositoryId, list, entity));
        if (linkId is not null)
        {
            request["properties"] = new JsonObject { ["linkId"] = linkId };
        }

        return request;
    }

    public static JsonObject Build(string pipelineId = "42-main", long number = 1, long sequence = 1, string key = "SHOP-1", string state = "successful") => Json($$"""
        {
          "schemaVersion": "1.0", "pipelineId": "{{pipelineId}}", "buildNumber": {{Text(number)}}, "updateSequenceNumber": {{Text(sequence)}}, "displayName": "main",
          "url": "https://gitlab.example/g/p/-/pipelines/{{Text(number)}}", "state": "{{state}}", "lastUpdated": "2026-03-01T08:00:00Z", "issueKeys": ["{{key}}"]
        }
        """);

    public static JsonObject Deployment(long number = 1, string key = "SHOP-1") => Json($$"""
        {
          "deploymentSequenceNumber": {{Text(number)}}, "updateSequenceNumber": 1, "displayName": "Deployment", "url": "https://gitlab.example/g/p/-/jobs/1",
          "description": "main", "lastUpdated": "2026-03-01T08:00:00Z", "state": "successful",
          "pipeline": { "id": "7", "displayName": "main", "url": "https://gitlab.example/g/p/-/pipelines/7" },
          "environment": { "id": "3", "displayName": "production", "type": "production" },
          "associations": [{ "associationType": "issueIdOrKeys", "values": ["{{key}}"] }]
        }
        """);

    public static JsonObject Flag(string id = "42-flag", string key = "SHOP-1") => Json($$"""
        {
          "id": "{{id}}", "key": "new_cart", "updateSequenceId": 1, "displayName": "new_cart", "issueKeys": ["{{key}}"],
          "summary": { "url": "https://gitlab.example/g/p/-/feature_flags", "status": { "enabled": true }, "lastUpdated": "2026-03-01T08:00:00Z" },
          "details": [{ "url": "https://gitlab.example/g/p/-/feature_flags", "lastUpdated": "2026-03-01T08:00:00Z", "environment": { "name": "production", "type": "production" }, "status": { "enabled": true } }]
        }
        """);

    public static JsonObject Of(string list, params IEnumerable<JsonObject> entities) => new() { [list] = new JsonArray([.. entities]) };

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
