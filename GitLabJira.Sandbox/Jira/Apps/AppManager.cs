using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Signing;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.Sandbox.Jira.Apps;

/// <summary>Installs the app on a site and tells it what happens to it, as Atlassian's app management does.</summary>
internal sealed class AppManager : IDisposable
{
    private static readonly TimeSpan OnTheWay = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _one = new(1);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Dictionary<string, string> _clientKeys = new(StringComparer.Ordinal);
    private readonly JiraSite _site;
    private readonly SiteClock _clock;
    private readonly LifecycleSender _sender;
    private readonly DescriptorReader _descriptors;

    public AppManager(JiraSite site, AtlassianKeyHost keyHost, SiteClock clock)
    {
        _site = site;
        _clock = clock;
        _sender = new(keyHost, clock, _http);
        _descriptors = new(_site.Violations, clock, _http);
    }

    /// <summary>Null while nothing is installed.</summary>
    public InstalledApp? App { get; private set; }

    /// <summary>The app as it will be once it has answered <c>installed</c>; its new secret counts from the moment it was told.</summary>
    public InstalledApp? Pending { get; private set; }

    /// <summary>What was in force until a moment ago. Requests signed with it are refused, but they may have been on their way.</summary>
    public (InstalledApp App, DateTimeOffset Until)? Former { get; private set; }

    public IReadOnlyCollection<LifecycleCall> Calls => _sender.Calls;

    public Task<LifecycleCall> InstallAsync(Uri descriptorUrl, string? accountId, bool newClientKey, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            var descriptor = await _descriptors.ReadAsync(descriptorUrl, cancellationToken);
            if (newClientKey || !_clientKeys.TryGetValue(descriptor.Key, out var clientKey))
            {
                clientKey = _clientKeys[descriptor.Key] = Guid.NewGuid().ToString();
            }

            var secret = App?.Key == descriptor.Key && !newClientKey ? App.SharedSecret : NewSecret();
            return await TellInstalledAsync(new(descriptor, descriptorUrl, clientKey, secret, _clock.Now), accountId, cancellationToken);
        },
        cancellationToken);

    /// <summary>Fetches the descriptor again, as an update to a new version does.</summary>
    public Task<LifecycleCall> UpgradeAsync(CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            var app = Installed();
            return await TellInstalledAsync(app with { Descriptor = await _descriptors.ReadAsync(app.DescriptorUrl, cancellationToken) }, null, cancellationToken);
        },
        cancellationToken);

    public Task<LifecycleCall> TellAgainAsync(Func<InstalledApp, InstalledApp> change, CancellationToken cancellationToken) => AloneAsync(
        () =>
        {
            var changed = change(Installed());
            _clientKeys[changed.Key] = changed.ClientKey;
            return TellInstalledAsync(changed, null, cancellationToken);
        },
        cancellationToken);

    /// <summary>Removes the app and its data, then tells it. Whether it hears that changes nothing.</summary>
    public Task<LifecycleCall?> UninstallAsync(string? accountId, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            var app = Installed();
            Replace(null);
            _site.State.Clear();
            _site.Links.Forget(_ => true);
            await TellAsync("disabled", app, accountId, cancellationToken);
            return await TellAsync("uninstalled", app, accountId, cancellationToken);
        },
        cancellationToken);

    public Task<LifecycleCall> SendAsync(string eventType, Action<LifecycleDraft>? change, CancellationToken cancellationToken)
    {
        var app = Installed();
        var draft = _sender.Draft(eventType, app.Descriptor, app.ClientKey, Body(eventType, app, null));
        change?.Invoke(draft);
        return _sender.SendAsync(eventType, draft, app.SharedSecret, cancellationToken);
    }

    public Task<LifecycleCall> ReplayAsync(LifecycleCall call, Action<JsonObject>? changeBody, CancellationToken cancellationToken)
    {
        var body = JsonNode.Parse(call.Body)!.AsObject();
        changeBody?.Invoke(body);
        return _sender.SendAsync(call.EventType, call.Url, call.Token, changeBody is null ? call.Body : body.ToJsonString(), cancellationToken);
    }

    public static string NewSecret() => "ATCO" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(96)).Replace('+', '-').Replace('/', '_');

    public InstalledApp Installed() => App ?? throw new InvalidOperationException("No app is installed on this _site.");

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private void Replace(InstalledApp? app)
    {
        Former = App is null ? Former : (App, _clock.Now + OnTheWay);
        App = app;
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await act();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<LifecycleCall> TellInstalledAsync(InstalledApp app, string? accountId, CancellationToken cancellationToken)
    {
        Pending = app;
        try
        {
            var draft = _sender.Draft("installed", app.Descriptor, app.ClientKey, Body("installed", app, accountId));
            var call = await _sender.SendAsync("installed", draft, app.SharedSecret, cancellationToken);
            if (!call.Succeeded)
            {
                throw new AppInstallException($"The app answered {call.Status} to the installed callback; it must be 200 or 204.", [], call.Status);
            }

            Replace(app);
            await TellAsync("enabled", app, accountId, cancellationToken);
            return call;
        }
        finally
        {
            Pending = null;
        }
    }

    private async Task<LifecycleCall?> TellAsync(string eventType, InstalledApp app, string? accountId, CancellationToken cancellationToken) =>
        app.Descriptor.LifecyclePath(eventType) is null
            ? null
            : await _sender.SendAsync(eventType, _sender.Draft(eventType, app.Descriptor, app.ClientKey, Body(eventType, app, accountId)), app.SharedSecret, cancellationToken);

    private JsonObject Body(string eventType, InstalledApp app, string? accountId)
    {
        var url = _site.BaseUrl.AbsoluteUri.TrimEnd('/');
        var body = new JsonObject
        {
            ["key"] = app.Key,
            ["clientKey"] = app.ClientKey,
            ["oauthClientId"] = $"sandbox-{_site.CloudId:N}",
            ["serverVersion"] = "100282",
            ["pluginsVersion"] = "1001.0.0-SNAPSHOT",
            ["baseUrl"] = url,
            ["displayUrl"] = url,
            ["displayUrlServicedeskHelpCenter"] = url,
            ["productType"] = "jira",
            ["description"] = $"Atlassian Jira at {url}",
            ["eventType"] = eventType,
            ["cloudId"] = _site.CloudId.ToString(),
        };
        if (eventType == "installed")
        {
            body["sharedSecret"] = app.SharedSecret;
        }

        if (accountId is not null)
        {
            body["accountId"] = accountId;
        }

        return body;
    }
}
