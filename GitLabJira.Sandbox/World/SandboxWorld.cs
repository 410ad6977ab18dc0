using System.Collections.Concurrent;
using System.Globalization;
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
    private const int StartTries = 5;

    private readonly WorldOptions _options;
    private readonly VirtualClockServer? _clockServer;
    private readonly string _folder = Directory.CreateTempSubdirectory("gitlab-jira-world-").FullName;
    private readonly List<(AppProcess Process, StorageDoor? Door)> _processes = [];
    private readonly List<(AppProcess Process, StorageDoor? Door)> _killed = [];
    private readonly ConcurrentBag<Task> _replacements = [];
    private readonly List<JiraSite> _otherSites = [];
    private readonly List<GitLabSite> _otherGitLabs = [];
    private OAuthApplication _application = null!;
    private IDisposable? _hold;
    private int _started;

    private SandboxWorld(WorldOptions options)
    {
        _options = options;
        Clock = options.VirtualTime ? new VirtualClock(options.Start) : new WallClock();
        _clockServer = Clock is VirtualClock clock ? new VirtualClockServer(clock) : null;
    }

    public RuntimeClock Clock { get; }

    public FrontDoor Door { get; private set; } = null!;

    public Azurite Storage { get; private set; } = null!;

    public GitLabSite GitLab { get; private set; } = null!;

    public JiraSite Jira { get; private set; } = null!;

    public IReadOnlyList<AppProcess> Processes
    {
        get
        {
            lock (_processes)
            {
                return [.. _processes.Select(one => one.Process)];
            }
        }
    }

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

    /// <summary>A call of a person while time passes, so that the app may wait for something in it.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        using (await Clock.BeginWorkAsync("the person calls", cancellationToken))
        {
            _hold?.Dispose();

            try
            {
                return await call();
            }
            finally
            {
                await HoldAsync(CancellationToken.None);
            }
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
        var name = $"app {Interlocked.Increment(ref _started)}";
        var door = _options.Storage is { } judge ? await StorageDoor.StartAsync(Storage.ConnectionString, request => judge(name, request), cancellationToken) : null;
        var process = await AppProcess.StartAsync(name, _options.App, Settings(name, door), cancellationToken);

        if (door is not null)
        {
            door.Kill = () => ReplaceAsync(process);
        }

        lock (_processes)
        {
            _processes.Add((process, door));
            Door.Serve(Processes);
        }

        return process;
    }

    /// <summary>SIGKILL, as when a machine dies.</summary>
    public void Kill(AppProcess process)
    {
        process.Kill();

        lock (_processes)
        {
            _killed.AddRange(_processes.Where(one => one.Process == process));
            _processes.RemoveAll(one => one.Process == process);
            Door.Serve(Processes);
        }
    }

    /// <summary>Waits until every process that was killed at its door has been replaced.</summary>
    public Task WhenReplacedAsync() => Task.WhenAll(_replacements);

    /// <summary>Another Jira Cloud site of the same Atlassian.</summary>
    public async Task<JiraSite> StartJiraSiteAsync(JiraSiteOptions options, CancellationToken cancellationToken)
    {
        var site = await JiraSite.StartAsync(options with { Clock = Clock, KeyHost = Jira.KeyHost }, cancellationToken);
        _otherSites.Add(site);
        return site;
    }

    /// <summary>Another GitLab, as a self-managed server is, where somebody registered an OAuth application for the app.</summary>
    public async Task<(GitLabSite GitLab, OAuthApplication Application)> StartGitLabAsync(GitLabSiteOptions options, CancellationToken cancellationToken)
    {
        var application = _application with { ClientId = "gitlabjira-there", Secret = RandomNumberGenerator.GetHexString(32) };
        var site = await GitLabSite.StartAsync(options with { Clock = Clock, Applications = [application] }, cancellationToken);
        _otherGitLabs.Add(site);
        return (site, application);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, door) in _processes.Concat(_killed))
        {
            await process.DisposeAsync();
            await (door?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        foreach (var site in _otherSites)
        {
            await site.DisposeAsync();
        }

        foreach (var site in _otherGitLabs)
        {
            await site.DisposeAsync();
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

    private Dictionary<string, string> Settings(string process, StorageDoor? door)
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
            settings[RuntimeClock.OffsetVariable] = ((long)(_options.ClockOffset?.Invoke(process) ?? TimeSpan.Zero).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (key, value) in _options.Settings)
        {
            settings[key] = value;
        }

        return settings;
    }

    /// <summary>Kills a process and starts another one in its place, as the platform does.</summary>
    private async Task ReplaceAsync(AppProcess process)
    {
        var replacing = await Clock.BeginWorkAsync("a process is replaced", CancellationToken.None);

        lock (_processes)
        {
            if (_processes.TrueForAll(one => one.Process != process))
            {
                // Two of its requests wanted it dead.
                replacing.Dispose();
                return;
            }

            Kill(process);
        }

        OwnFlow.Run(() => _replacements.Add(StartAsync()));

        async Task StartAsync()
        {
            using (replacing)
            {
                for (var tries = 1; ; tries++)
                {
                    try
                    {
                        await StartProcessAsync(CancellationToken.None);
                        return;
                    }
                    catch (InvalidOperationException) when (tries < StartTries)
                    {
                        // What fails may fail at its start already; the platform tries again.
                    }
                }
            }
        }
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
