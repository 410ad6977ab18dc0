using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Time;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace GitLabJira.LocalRuntime.Tests.Hosting;

/// <summary>The embedded host on a free port, with the function classes and settings of a test.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private readonly bool _started;

    private TestHost(IHost host, bool started)
    {
        (_host, _started) = (host, started);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        Http = new() { BaseAddress = address is null ? null : new(address) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _host.Services;

    public FakeLogCollector Logs => Services.GetFakeLogCollector();

    public static FunctionsApplicationBuilder CreateBuilder(Type[] classes, string? hostJson = null, RuntimeClock? clock = null, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" };

        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var builder = LocalHost.CreateBuilder(new()
        {
            Assembly = typeof(TestHost).Assembly,
            FunctionClasses = classes,
            HostJson = hostJson ?? "{}",
            Settings = all,
            Clock = clock,
        });

        builder.Logging.ClearProviders().AddFakeLogging();
        return builder;
    }

    /// <summary>A host that listens to nothing: a test calls its functions itself.</summary>
    public static TestHost Build(FunctionsApplicationBuilder builder) => new(builder.Build(), started: false);

    public static async Task<TestHost> StartAsync(FunctionsApplicationBuilder builder)
    {
        var host = builder.Build();
        await host.StartAsync();
        return new(host, started: true);
    }

    /// <summary>Stops as a host does whose time to end is short.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        using var over = new CancellationTokenSource(patience);

        try
        {
            await _host.StopAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            // Part of what it stopped was broken off.
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();

        if (_started)
        {
            await _host.StopAsync();
        }

        _host.Dispose();
    }
}
