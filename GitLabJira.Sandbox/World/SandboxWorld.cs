using System.Security.Cryptography;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.OAuth;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Storage;

namespace GitLabJira.Sandbox.World;

/// <summary>Everything that runs in one Sandbox: storage emulator, both stand-ins, the app's processes and the clock that they share. Nothing of it outlives <see cref="DisposeAsync"/>.</summary>
public sealed class SandboxWorld : IAsyncDisposable
{
    /// <summary>Where virtual time starts: a Monday morning, so that a run can be repeated.</summary>
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly WorldOptions _options;
    private readonly VirtualClockServer? _clockServer;
    private readonly string _folder = Directory.CreateTempSubdirectory("gitlab-jira-world-").FullName;
    private readonly List<AppProcess> _processes = [];
    private readonly List<StorageDoor> _doors = [];
    private readonly List<JiraSite> _otherSites = [];
    private OAuthApplication _application = null!;
    private IDisposable? _hold;
    private int _started;

    private SandboxWorld(WorldOptions options)
    {
        _options = options;
        Clock = options.VirtualTime ? new VirtualClock(Start) : new WallClock();
        _clockServer = Clock is VirtualClock clock ? new VirtualClockServer(clock) : null;
    }

    public RuntimeClock Clock { get; }

    public FrontDoor Door { get; private set; } = null!;

    public Azurite Storage { get; private set; } = null!;

    public GitLabSite GitLab { get; private set; } = null!;

    public JiraSite Jira { get; private set; } = null!;

    public IReadOnlyList<AppProcess> Processes => _processes;

    /// <summary>The app's public address.</summary>
    public Uri App => Door.Address;

    public Uri Descriptor => new(App, "atlassian-connect.json");

    /// <summary>Starts everything. Under virtual time the clock then stands still until <see cref="AdvanceAsync"/>.</summary>
    public static async Task<SandboxWorld> StartAsync(WorldOptions options, CancellationToken cancellationToken)
    {
        var world = new SandboxWorld(options);

        try
        {
            await world.HoldAsync(cancellationToken);
            await world.StartAsync(cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets time pass: virtual time as fast as everything gets done, wall time by waiting.</summary>
    public async Task AdvanceAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        if (!Clock.IsVirtual)
        {
            await Clock.DelayAsync(span, ct: cancellationToken);
            return;
        }

        // The delay belongs to work of this flow; the world's own hold would stop the time for good.
        using (await Clock.BeginWorkAsync("the person waits", cancellationToken))
        {
            _hold?.Dispose();
            await PassAsync(Clock.DelayAsync(span, ct: cancellationToken), cancellationToken);
            await HoldAsync(cancellationToken);
        }
    }

    /// <summary>Lets time pass in steps until <paramref name="done"/>.</summary>
    /// <returns>False when it is not done after <paramref name="limit"/>.</returns>
    public async Task<bool> AdvanceUntilAsync(Func<bool> done, TimeSpan step, TimeSpan limit, CancellationToken cancellationToken)
    {
        for (var passed = TimeSpan.Zero; passed < limit; passed += step)
        {
            if (done())
            {
                return true;
            }

            await AdvanceAsync(step, cancellationToken);
        }

        return done();
    }

    /// <summary>Another process of the app over the same storage.</summary>
    public async Task<AppProcess> StartProcessAsync(CancellationToken cancellationToken)
    {
        var name = $"app {++_started}";
        var door = _options.Storage is { } judge ? await StorageDoor.StartAsync(Storage.ConnectionString, request => judge(name, request), cancellationToken) : null;

        if (door is not null)
        {
            _doors.Add(door);
        }

        var process = await AppProcess.StartAsync(name, Settings(door), cancellationToken);
        _processes.Add(process);
        Door.Serve(_processes);
        return process;
    }

    /// <summary>SIGKILL, as when a machine dies.</summary>
    public void Kill(AppProcess process)
    {
        process.Kill();
        _processes.Remove(process);
        Door.Serve(_processes);
    }

    /// <summary>Another Jira Cloud site of the same Atlassian.</summary>
    public async Task<JiraSite> StartJiraSiteAsync(JiraSiteOptions options, CancellationToken cancellationToken)
    {
        var site = await JiraSite.StartAsync(options with { Clock = Clock, KeyHost = Jira.KeyHost }, cancellationToken);
        _otherSites.Add(site);
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        foreach (var part in _otherSites.Concat<IAsyncDisposable>(_doors))
        {
            await part.DisposeAsync();
        }

        _hold?.Dispose();

        foreach (var part in new IAsyncDisposable?[] { Jira, GitLab, Door, Storage, _clockServer })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        (Clock as IDisposable)?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        Storage = await Azurite.StartAsync(cancellationToken);
        Door = await FrontDoor.StartAsync(cancellationToken);
        _application = new OAuthApplication(
            "gitlabjira", RandomNumberGenerator.GetHexString(32), "GitLabJira", [new Uri(App, "gitlab/callback").AbsoluteUri], ["api"]);
        GitLab = await GitLabSite.StartAsync(_options.GitLab with { Clock = Clock, Seed = _options.Seed, Applications = [_application] }, cancellationToken);
        Jira = await JiraSite.StartAsync(_options.Jira with { Clock = Clock }, cancellationToken);

        Jira.SuggestedDescriptorUrl = Descriptor;

        for (var number = 0; number < _options.Processes; number++)
        {
            await StartProcessAsync(cancellationToken);
        }
    }

    private Dictionary<string, string> Settings(StorageDoor? door)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = (door?.ConnectionString ?? Storage.ConnectionString),
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["App__BaseUrl"] = App.AbsoluteUri.TrimEnd('/'),
            ["Connect__Key"] = "gitlab-jira-sandbox",
            ["Connect__SiteHosts__0"] = "http://localhost:*", // a renamed site has another port
            ["Connect__KeyHosts__0"] = Jira.KeyHost.Url.AbsoluteUri,
            ["Connect__BridgeUrl"] = new Uri(Jira.BaseUrl, "atlassian-connect/all.js").AbsoluteUri,
            ["Connect__HomeUrl"] = GitLab.BaseUrl,
            ["GitLab__Host"] = GitLab.BaseUrl,
            ["GitLab__ApplicationId"] = _application.ClientId,
            ["GitLab__ApplicationSecret"] = _application.Secret!,
            ["GitLab__VerifyHookCertificate"] = "false",
            ["Sealing__LocalKeyFile"] = Path.Combine(_folder, "sealing.key.json"),
        };

        if (_clockServer is { } clock)
        {
            settings[RuntimeClock.AddressVariable] = clock.Address;
        }

        foreach (var (key, value) in _options.Settings)
        {
            settings[key] = value;
        }

        return settings;
    }

    /// <summary>Virtual time that stands still holds up whoever waits for it, for ever: rather say what holds it.</summary>
    private async Task PassAsync(Task delay, CancellationToken cancellationToken)
    {
        var clock = (VirtualClock)Clock;

        while (true)
        {
            var jumps = clock.Jumps;

            try
            {
                await delay.WaitAsync(_options.StandstillLimit, TimeProvider.System, cancellationToken);
                return;
            }
            catch (TimeoutException) when (clock.Jumps != jumps)
            {
                // Slow, but it moves.
            }
            catch (TimeoutException exception)
            {
                throw new TimeoutException($"Virtual time has stood still for {_options.StandstillLimit.TotalSeconds:F0} s: {await clock.InquireAsync(cancellationToken)}", exception);
            }
        }
    }

    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        Task<IDisposable> hold;

        // Nobody's work: it must not count as a part of whatever flow asked for it.
        using (ExecutionContext.SuppressFlow())
        {
            hold = Task.Run(() => Clock.BeginWorkAsync("the person", cancellationToken).AsTask(), cancellationToken);
        }

        _hold = await hold;
    }
}
