using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace GitLabJira.Sandbox.Storage;

/// <summary>One process's way to the storage: counts its requests, and has them fail when its judge says so.</summary>
/// <remarks>Signatures of requests cover path and headers, not the address, so the storage takes what was meant for this door.</remarks>
public sealed partial class StorageDoor : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    private readonly Func<StorageRequest, StorageFault> _judge;
    private readonly Dictionary<int, (StorageService Service, string Address)> _ways = [];

    private StorageDoor(WebApplication server, Func<StorageRequest, StorageFault> judge) => (_server, _judge) = (server, judge);

    /// <summary>For the process that is to go through this door.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Called when the judge says that the process dies; returns when it is dead.</summary>
    public Func<Task> Kill { get; set; } = () => throw new InvalidOperationException("Nobody said how to kill the process behind this door.");

    /// <param name="connectionString">Where the storage is.</param>
    /// <param name="judge">Asked for each request, from several threads.</param>
    public static async Task<StorageDoor> StartAsync(string connectionString, Func<StorageRequest, StorageFault> judge, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var services = Enum.GetValues<StorageService>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;

            foreach (var _ in services)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        builder.Services.AddHttpForwarder();
        var server = builder.Build();
        var door = new StorageDoor(server, judge);
        var forwarder = server.Services.GetRequiredService<IHttpForwarder>();
        server.Map("/{**path}", context => door.ForwardAsync(context, forwarder));
        await server.StartAsync(cancellationToken);
        door.ConnectionString = connectionString;

        foreach (var (service, url) in services.Zip(server.Urls))
        {
            var endpoint = Endpoint(service).Match(connectionString);
            door._ways[new Uri(url).Port] = (service, endpoint.Groups["address"].Value);
            door.ConnectionString = door.ConnectionString.Replace(endpoint.Value, $"{service}Endpoint={url}", StringComparison.Ordinal);
        }

        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private static Regex Endpoint(StorageService service) => service switch
    {
        StorageService.Blob => BlobEndpoint(),
        StorageService.Queue => QueueEndpoint(),
        _ => TableEndpoint(),
    };

    private async Task ForwardAsync(HttpContext context, IHttpForwarder forwarder)
    {
        var (service, address) = _ways[context.Connection.LocalPort];
        var fault = _judge(await StorageRequest.OfAsync(service, context.Request));

        switch (fault)
        {
            case StorageFault.Busy:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers["x-ms-error-code"] = "ServerBusy";
                return;
            case StorageFault.Drop:
                context.Abort();
                return;
            case StorageFault.KillBefore:
                await Kill();
                context.Abort();
                return;
            case StorageFault.LoseAnswer or StorageFault.KillAfter:
                context.Response.Body = Stream.Null;
                await forwarder.SendAsync(context, address, _client, ForwarderRequestConfig.Empty, AsItCame.Instance);

                if (fault is StorageFault.KillAfter)
                {
                    await Kill();
                }

                context.Abort();
                return;
            default:
                await forwarder.SendAsync(context, address, _client, ForwarderRequestConfig.Empty, AsItCame.Instance);
                return;
        }
    }

    /// <summary>The signature covers the path as it was written, escapes and all.</summary>
    private sealed class AsItCame : HttpTransformer
    {
        public static readonly AsItCame Instance = new();

        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var target = httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            proxyRequest.RequestUri = new Uri(destinationPrefix + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        }
    }

    // The account's name stands in the path of each request.
    [GeneratedRegex("BlobEndpoint=(?<address>http://[^/;]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BlobEndpoint();

    [GeneratedRegex("QueueEndpoint=(?<address>http://[^/;]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QueueEndpoint();

    [GeneratedRegex("TableEndpoint=(?<address>http://[^/;]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TableEndpoint();
}
