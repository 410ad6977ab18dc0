using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.Jira.Issues;
using GitLabJira.Sandbox.Jira.Pages;
using GitLabJira.Sandbox.Jira.Rest;
using GitLabJira.Sandbox.Jira.Signing;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;
using Microsoft.AspNetCore.Builder;

namespace GitLabJira.Sandbox.Jira;

/// <summary>
/// A stand-in Jira Cloud site on a loopback port: installs the app, signs what Jira signs, takes development information under all published limits,
/// and shows it on its pages. It is no kinder than the real one. Any number can run in a process.
/// </summary>
public sealed class JiraSite : IAsyncDisposable
{
    private readonly AppManager _apps;
    private readonly bool _ownsKeyHost;
    private readonly List<LoopbackServer> _servers = [];
    private readonly RequestPipeline _pipeline;

    private JiraSite(JiraSiteOptions options, AtlassianKeyHost keyHost)
    {
        Options = options;
        KeyHost = keyHost;
        _ownsKeyHost = options.KeyHost is null;
        var random = new Random(options.Seed);
        Faults = new(new Random(options.Seed + 1));
        Clock = new(options.Clock, Faults);
        Violations = new(options.Clock);
        State = new(options.Clock, Violations, Delays, options.KeepsHighestSequence);
        Links = new(options.Clock, Violations);
        Issues = new(options.Clock, Users);
        _apps = new(this, keyHost, Clock);
        Tokens = new(_apps.Installed, Clock, () => BaseUrl);
        _pipeline = new(this, new(options.RateLimits, Clock), new(Faults, Clock));

        IReadOnlyList<TimeSpan> Delays() => options.AppliesTwice > 0 && random.NextDouble() < options.AppliesTwice ? [Delay(), Delay()] : [Delay()];
        TimeSpan Delay() => options.MinApplyDelay + (random.NextDouble() * (options.MaxApplyDelay - options.MinApplyDelay));
    }

    /// <summary>Under the name localhost. Changes when the site is renamed.</summary>
    public Uri BaseUrl => _servers[^1].Url;

    public AtlassianKeyHost KeyHost { get; }

    public Guid CloudId => Options.CloudId;

    public string Name => Options.Name;

    public JiraUsers Users { get; } = new();

    public JiraIssues Issues { get; }

    /// <summary>What Jira holds.</summary>
    public JiraState State { get; }

    public IReadOnlyList<AutomationEvent> Automation => State.Automation;

    public RequestLog RequestLog { get; } = new();

    public Violations Violations { get; }

    public Faults Faults { get; }

    /// <summary>Tokens and signed URLs, good and bad.</summary>
    public SiteTokens Tokens { get; }

    /// <summary>The installed app; null when there is none.</summary>
    public InstalledApp? App => _apps.App;

    /// <summary>What was sent to the app's lifecycle callbacks, with tokens: for replays.</summary>
    public IReadOnlyCollection<LifecycleCall> LifecycleCalls => _apps.Calls;

    /// <summary>A suspended site answers 503 to everything, also on <c>/status</c>.</summary>
    public bool Suspended { get; set; }

    /// <summary>Filled into the install form of "Manage apps".</summary>
    public Uri? SuggestedDescriptorUrl { get; set; }

    internal JiraSiteOptions Options { get; }

    internal SiteClock Clock { get; }

    internal LinkWatch Links { get; }

    /// <summary>Whose tokens are good: the installed app, and while it is being told of a change the app as it will be.</summary>
    internal IEnumerable<InstalledApp> Callers => new[] { _apps.App, _apps.Pending }.OfType<InstalledApp>();

    internal (InstalledApp App, DateTimeOffset Until)? FormerCaller => _apps.Former;

    public static async Task<JiraSite> StartAsync(JiraSiteOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var site = new JiraSite(options, options.KeyHost ?? await AtlassianKeyHost.StartAsync(cancellationToken: cancellationToken));
        await site.ListenAsync(options.Port, cancellationToken);
        return site;
    }

    /// <summary>Installs the app from its descriptor; updates it when it is installed already. Throws when the app or its descriptor refuses.</summary>
    /// <param name="newClientKey">The site takes a new identity for the app, as after an import, while its cloud id stays.</param>
    public Task<LifecycleCall> InstallAsync(Uri descriptorUrl, bool newClientKey = false, CancellationToken cancellationToken = default) =>
        _apps.InstallAsync(descriptorUrl, Users.SiteAdmin.AccountId, newClientKey, cancellationToken);

    /// <summary>Null when the app declares no <c>uninstalled</c> callback.</summary>
    public Task<LifecycleCall?> UninstallAsync(CancellationToken cancellationToken = default) => _apps.UninstallAsync(Users.SiteAdmin.AccountId, cancellationToken);

    /// <summary>A new version of the app: reads the descriptor again, same secret.</summary>
    public Task<LifecycleCall> UpgradeAsync(CancellationToken cancellationToken = default) => _apps.UpgradeAsync(cancellationToken);

    public Task<LifecycleCall> RotateSecretAsync(CancellationToken cancellationToken = default) =>
        _apps.TellAgainAsync(app => app with { SharedSecret = AppManager.NewSecret() }, cancellationToken);

    /// <summary>A site import: new client key and secret on the same cloud id.</summary>
    public Task<LifecycleCall> ImportAsync(CancellationToken cancellationToken = default) =>
        _apps.TellAgainAsync(app => app with { ClientKey = Guid.NewGuid().ToString(), SharedSecret = AppManager.NewSecret() }, cancellationToken);

    /// <summary>Moves the site to another address. The old one redirects, which turns a POST into a GET.</summary>
    public async Task<LifecycleCall> RenameAsync(CancellationToken cancellationToken = default)
    {
        await ListenAsync(0, cancellationToken);
        return await _apps.TellAgainAsync(app => app, cancellationToken);
    }

    /// <summary>Sends a lifecycle call that <paramref name="change"/> may spoil. Nothing changes on the site.</summary>
    public Task<LifecycleCall> SendLifecycleAsync(string eventType, Action<LifecycleDraft>? change = null, CancellationToken cancellationToken = default) =>
        _apps.SendAsync(eventType, change, cancellationToken);

    /// <summary>Sends an earlier call again with its old token, optionally with another body.</summary>
    public Task<LifecycleCall> ReplayAsync(LifecycleCall call, Action<JsonObject>? changeBody = null, CancellationToken cancellationToken = default) =>
        _apps.ReplayAsync(call, changeBody, cancellationToken);

    /// <summary>What <c>AP.context.getToken()</c> gives to the framed page.</summary>
    public string ContextToken(string? accountId) => Tokens.Context(accountId);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        State.Dispose();
        _apps.Dispose();
        if (_ownsKeyHost)
        {
            await KeyHost.DisposeAsync();
        }
    }

    private async Task ListenAsync(int port, CancellationToken cancellationToken) => _servers.Add(await LoopbackServer.StartAsync(
        web =>
        {
            web.Use(next => context => _pipeline.InvokeAsync(context, next));
            new ProviderRoutes(this).Map(web);
            new PlatformRoutes(this).Map(web);
            new PageRoutes(this).Map(web);
        },
        port,
        cancellationToken));
}
