using System.Globalization;
using System.Net;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;
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
    private const string IssuePath = "/browse/";
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
        server.MapGet("/icon.svg", () => Results.Content(Asset("icon.svg"), "image/svg+xml"));
        var tables = new WorldTables(world);
        server.MapGet("/progress", async (CancellationToken cancelled) => Results.Json(Progress(world, await tables.SyncsAsync(cancelled))));
        await server.StartAsync(cancellationToken);
        return new HomePage(server) { Address = new Uri(server.Urls.Single()) };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>What has happened so far, as the two sites and the app's tables hold it.</summary>
    private static object Progress(SandboxWorld world, SyncCount sync)
    {
        var jira = world.Jira;
        var gitLab = world.GitLab.State;
        var group = gitLab.Groups.Values.Where(one => one.ParentId is null).MaxBy(one => gitLab.ProjectsOf(one, includeSubgroups: true).Count())!;
        var held = jira.State.All(EntityKind.Branch, EntityKind.Commit, EntityKind.PullRequest);
        var issue = Busiest(held);
        var project = issue is null ? null : WhereToChange(gitLab, held, issue);

        return new
        {
            jira = jira.BaseUrl,
            gitLab = world.GitLab.BaseUrl,
            app = world.App,
            descriptor = world.Descriptor,
            appKey = jira.App?.Descriptor.Key,
            group = group.Name,
            owner = group.Members.Values.Where(member => member.Level is AccessLevel.Owner).Select(member => gitLab.Users[member.UserId].Name).FirstOrDefault(),
            projects = gitLab.ProjectsOf(group, includeSubgroups: true).Count(),
            installed = jira.App is not null,
            signedIn = world.GitLab.OAuth.LiveTokens.Count > 0,
            linked = !gitLab.Hooks.IsEmpty,
            sync,
            synced = !gitLab.Hooks.IsEmpty && sync is { Projects: > 0, Running: 0 } && jira.State.PendingCount == 0,
            mergeRequests = jira.State.Count(EntityKind.PullRequest),
            branches = jira.State.Count(EntityKind.Branch),
            shown = jira.RequestLog.Any(request => request.Path.StartsWith(IssuePath, StringComparison.Ordinal) && jira.State.OfIssue(request.Path[IssuePath.Length..]).Count > 0),
            relayed = world.GitLab.HookLog.Count(HookOutcome.Delivered) > 0,
            issue,
            project = project is null ? null : new { name = project.Name, path = project.FullPath },
            violations = jira.Violations.Select(violation => violation.ToString()),
        };
    }

    private static string? Busiest(IReadOnlyList<StoredEntity> entities) =>
        entities.SelectMany(entity => entity.IssueKeys).CountBy(key => key, StringComparer.Ordinal).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault().Key;

    /// <summary>A project that has to do with the issue, and can be pushed to.</summary>
    private static GitLabProject? WhereToChange(GitLabState gitLab, IReadOnlyList<StoredEntity> held, string issue) => held
        .Where(entity => entity.IssueKeys.Contains(issue, StringComparer.Ordinal))
        .Select(entity => gitLab.Projects.GetValueOrDefault(long.Parse(entity.Key.RepositoryId!, CultureInfo.InvariantCulture)))
        .OfType<GitLabProject>()
        .FirstOrDefault(project => !project.IsArchived);

    private static string Asset(string name)
    {
        using var stream = typeof(HomePage).Assembly.GetManifestResourceStream($"home/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
