using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.OAuth;
using GitLabJira.Sandbox.GitLab.Rest;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitLabJira.Sandbox.GitLab;

/// <summary>
/// A stand-in GitLab instance on a loopback port, strict and no kinder than the real one. Tests act on it as its users through this class;
/// the system under test sees only what it serves: OAuth, REST and webhooks.
/// </summary>
public sealed partial class GitLabSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GitLabSiteOptions _options;

    private GitLabSite(GitLabSiteOptions options)
    {
        _options = options;
        Faults = new SiteFaults(options.RandomSeed ?? 1);
        World = new GitLabWorld(options.Clock, Faults);
        OAuth = new AuthorizationServer(() => Now, options.Applications);
        Dispatcher = new HookDispatcher(options.Clock, World, Faults, HookLog, options);
        _app = Build(options, new SiteFront(this, options));
    }

    /// <summary>Such as <c>http://127.0.0.1:43127</c>, with the relative root.</summary>
    public string BaseUrl => World.BaseUrl;

    /// <summary>What truly is, whatever replicas answer.</summary>
    public GitLabState State => World.State;

    public AuthorizationServer OAuth { get; }

    public SiteFaults Faults { get; }

    public HookLog HookLog { get; } = new();

    public RequestLog RequestLog { get; } = new();

    /// <summary>The instance's own clock.</summary>
    public DateTimeOffset Now => World.Now;

    internal GitLabWorld World { get; }

    internal HookDispatcher Dispatcher { get; }

    internal bool KnowsSigning => _options.KnowsSigning;

    public static async Task<GitLabSite> StartAsync(GitLabSiteOptions options, CancellationToken cancellationToken = default)
    {
        var site = new GitLabSite(options);
        site.World.Load(change => (options.Seed ?? Seeding.Seed.Small()).Fill(change));
        await site._app.StartAsync(cancellationToken);
        var address = site._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        site.World.BaseUrl = address.TrimEnd('/') + options.RelativeRoot;
        return site;
    }

    /// <summary>Waits until every delivery that has been set off is done, delayed ones included.</summary>
    public Task WhenHooksAreDeliveredAsync(CancellationToken cancellationToken = default) => Dispatcher.WhenQuietAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        World.Dispose();
        await Dispatcher.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal GitLabState ReadReplica() => World.StateAgo(Faults.DrawLag());

    internal JsonObject Metadata() => new()
    {
        ["version"] = _options.Version,
        ["revision"] = "4f2c9a1d7be",
        ["kas"] = new JsonObject { ["enabled"] = false, ["externalUrl"] = null, ["externalK8sProxyUrl"] = null, ["version"] = null },
        ["enterprise"] = _options.Version.EndsWith("-ee", StringComparison.Ordinal),
    };

    private static WebApplication Build(GitLabSiteOptions options, SiteFront front)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.Run(front.AnswerAsync);
        return app;
    }
}
