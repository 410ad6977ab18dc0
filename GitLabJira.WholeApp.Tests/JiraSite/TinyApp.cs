using System.Text.Json;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Traffic;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.WholeApp.Tests.Jira;

/// <summary>The least that can be installed: a descriptor and callbacks that remember what they were told.</summary>
internal sealed class TinyApp : IAsyncDisposable
{
    private LoopbackServer _server = null!;

    public Uri Url => _server.Url;

    public Uri DescriptorUrl => new(Url, "/atlassian-connect.json");

    public JsonObject Descriptor { get; private set; } = null!;

    /// <summary>What the callbacks answer.</summary>
    public int Answers { get; set; } = 204;

    /// <summary>What happens before a callback answers.</summary>
    public Func<Task>? WhileHearing { get; set; }

    public List<(string Event, string Token, JsonElement Body)> Told { get; } = [];

    public string Secret => Told.Last(t => t.Event is "installed").Body.GetProperty("sharedSecret").GetString()!;

    public string ClientKey => Told.Last(t => t.Event is "installed").Body.GetProperty("clientKey").GetString()!;

    public static async Task<TinyApp> StartAsync()
    {
        var app = new TinyApp();
        app._server = await LoopbackServer.StartAsync(web =>
        {
            web.MapGet("/atlassian-connect.json", () => Results.Text(app.Descriptor.ToJsonString(), "application/json"));
            web.MapPost("/connect/{name}", app.HearAsync);
        });
        app.Descriptor = DescriptorOf(app.Url);
        return app;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static JsonObject DescriptorOf(Uri url) => JsonNode.Parse($$"""
        {
          "key": "tiny-app", "name": "Tiny app", "baseUrl": "{{url.AbsoluteUri.TrimEnd('/')}}",
          "authentication": { "type": "jwt" }, "scopes": ["READ", "WRITE", "DELETE"],
          "apiMigrations": { "gdpr": true, "signed-install": true, "context-qsh": true },
          "lifecycle": { "installed": "/connect/installed", "uninstalled": "/connect/uninstalled" },
          "modules": {
            "postInstallPage": { "key": "settings", "name": { "value": "Settings" }, "url": "/settings?view=all", "conditions": [{ "condition": "user_is_admin" }] },
            "jiraDevelopmentTool": {
              "key": "dev", "name": { "value": "Tiny" }, "application": { "value": "Tiny" }, "url": "https://tiny.example", "logoUrl": "https://tiny.example/logo.png",
              "capabilities": ["branch", "commit", "pull_request"],
              "actions": { "createBranch": { "templateUrl": "{{url}}branch?issue_key={issue.key}&issue_summary={issue.summary}&jwt={jwt}&addonkey=tiny-app" } }
            },
            "jiraBuildInfoProvider": { "key": "ci", "name": { "value": "Tiny CI" }, "homeUrl": "https://tiny.example" },
            "jiraDeploymentInfoProvider": { "key": "deployments", "name": { "value": "Tiny deployments" }, "homeUrl": "https://tiny.example" },
            "jiraFeatureFlagInfoProvider": { "key": "flags", "name": { "value": "Tiny flags" }, "homeUrl": "https://tiny.example" }
          }
        }
        """)!.AsObject();

    public async Task<IResult> HearAsync(string name, HttpContext context)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        Told.Add((name, context.Request.Headers.Authorization.ToString().Replace("JWT ", "", StringComparison.Ordinal), body));
        if (WhileHearing is not null)
        {
            await WhileHearing();
        }

        return Results.StatusCode(Answers);
    }
}
