using System.Net;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitLabJira.Sandbox.Home;

/// <summary>The page a newcomer lands on: leads through the main job and ticks off what has happened.</summary>
public sealed class HomePage : IAsyncDisposable
{
    private readonly WebApplication _server;

    private HomePage(WebApplication server) => _server = server;

    public Uri Address { get; private set; } = null!;

    public static async Task<HomePage> StartAsync(SandboxWorld world, int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var server = builder.Build();
        server.MapGet("/", () => Results.Content(Asset("home.html"), "text/html; charset=utf-8"));
        server.MapGet("/home.css", () => Results.Content(Asset("home.css"), "text/css; charset=utf-8"));
        server.MapGet("/home.js", () => Results.Content(Asset("home.js"), "text/javascript; charset=utf-8"));
        server.MapGet("/progress", () => Results.Json(Progress(world)));
        await server.StartAsync(cancellationToken);
        return new HomePage(server) { Address = new Uri(server.Urls.Single()) };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static object Progress(SandboxWorld world)
    {
        var jira = world.Jira;
        var gitLab = world.GitLab.State;

        return new
        {
            jira = jira.BaseUrl,
            gitLab = world.GitLab.BaseUrl,
            app = world.App,
            descriptor = world.Descriptor,
            appKey = jira.App?.Descriptor.Key,
            installed = jira.App is not null,
            signedIn = world.GitLab.OAuth.LiveTokens.Count > 0,
            linked = gitLab.Hooks.Count > 0,
            repositories = jira.State.All(EntityKind.Branch, EntityKind.PullRequest).Select(entity => entity.Key.RepositoryId).Distinct(StringComparer.Ordinal).Count(),
            mergeRequests = jira.State.Count(EntityKind.PullRequest),
            branches = jira.State.Count(EntityKind.Branch),
            commits = jira.State.Count(EntityKind.Commit),
            deliveries = world.GitLab.HookLog.Count(HookOutcome.Delivered),
            busiestIssue = Busiest(jira.State.All(EntityKind.Branch, EntityKind.Commit, EntityKind.PullRequest)),
            violations = jira.Violations.Select(violation => violation.ToString()),
        };
    }

    private static string? Busiest(IReadOnlyList<StoredEntity> entities) =>
        entities.SelectMany(entity => entity.IssueKeys).CountBy(key => key, StringComparer.Ordinal).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault().Key;

    private static string Asset(string name)
    {
        using var stream = typeof(HomePage).Assembly.GetManifestResourceStream($"home/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
