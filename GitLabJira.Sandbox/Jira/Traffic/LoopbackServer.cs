using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>One Kestrel on a free loopback port. Reads no configuration of its surroundings, so that many can run in a process.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    private LoopbackServer(WebApplication web, Uri url)
    {
        _web = web;
        Url = url;
    }

    /// <summary>Named <c>localhost</c>, while the app listens on 127.0.0.1: two hosts, so that a browser treats them as two sites.</summary>
    public Uri Url { get; }

    public static async Task<LoopbackServer> StartAsync(Action<WebApplication> map, int port = 0, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The site bounds bodies itself and answers 413 as Jira does.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));

        var web = builder.Build();
        map(web);
        await web.StartAsync(cancellationToken);

        var address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(web, new Uri($"http://localhost:{new Uri(address).Port}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
    }
}
