using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace GitLabJira.Sandbox.World;

/// <summary>The one public address of the app: spreads requests over its living processes, as Azure's front end does.</summary>
public sealed class FrontDoor : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    private readonly Lock _gate = new();
    private List<AppProcess> _processes = [];
    private int _next;

    private FrontDoor(WebApplication server) => _server = server;

    public Uri Address { get; private set; } = null!;

    public static async Task<FrontDoor> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null; // the app draws its own line, and that is what is looked at
        });
        builder.Services.AddHttpForwarder();
        var server = builder.Build();
        var door = new FrontDoor(server);
        var forwarder = server.Services.GetRequiredService<IHttpForwarder>();
        server.Map("/{**path}", context => door.ForwardAsync(context, forwarder));
        await server.StartAsync(cancellationToken);
        door.Address = new Uri(server.Urls.Single());
        return door;
    }

    public void Serve(IEnumerable<AppProcess> processes)
    {
        lock (_gate)
        {
            _processes = [.. processes];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, IHttpForwarder forwarder)
    {
        if (NextAlive() is not { } process)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        await forwarder.SendAsync(context, process.Address.GetLeftPart(UriPartial.Authority), _client, ForwarderRequestConfig.Empty, HttpTransformer.Empty);
    }

    private AppProcess? NextAlive()
    {
        lock (_gate)
        {
            for (var tried = 0; tried < _processes.Count; tried++)
            {
                var process = _processes[_next++ % _processes.Count];

                if (!process.HasExited)
                {
                    return process;
                }
            }

            return null;
        }
    }
}
