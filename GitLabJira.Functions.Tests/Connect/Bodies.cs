using System.Text.Json.Nodes;

namespace GitLabJira.Functions.Tests.Connect;

/// <summary>Bodies as Jira sends them.</summary>
internal static class Bodies
{
    public const string Secret = "a-shared-secret-as-long-as-Atlassian-makes-them-0123456789";

    /// <param name="changes">Null takes a field out.</param>
    public static string Installed(params (string Field, JsonNode? Value)[] changes)
    {
        var body = new JsonObject
        {
            ["key"] = "the-app",
            ["clientKey"] = "tenant-1",
            ["sharedSecret"] = Secret,
            ["baseUrl"] = "https://site.atlassian.net",
            ["cloudId"] = "cloud-1",
            ["productType"] = "jira",
            ["description"] = "Atlassian Jira at https://site.atlassian.net",
            ["eventType"] = "installed",
        };

        foreach (var (field, value) in changes)
        {
            body[field] = value;
        }

        return body.ToJsonString();
    }
}
