using System.Net;
using System.Net.Sockets;
using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab.Instances;

/// <summary>
/// Where an instance that a site's admin names may be: on the public internet. The app stands in a network of its own, and nobody may make it call what only that network reaches (SSRF); so names are looked at
/// when they are given, and addresses again with each connection, since a name may mean another address by then. The instance of the settings is the operator's own choice.
/// </summary>
public sealed class InstanceAddresses(IOptions<GitLabOptions> gitLab, IOptions<AppOptions> app)
{
    /// <summary>What no public server has (IANA's special-purpose address registries, RFC 6890).</summary>
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Names that mean something inside a network only (RFC 6761, RFC 6762, RFC 8375, RFC 9476).</summary>
    private static readonly string[] InsideOnly = ["localhost", "local", "internal", "intranet", "lan", "home.arpa", "corp", "home", "private", "alt", "onion"];

    /// <summary>An app that runs on this machine may use a GitLab on it.</summary>
    private bool IsDevelopment => app.Value.BaseUrl.IsLoopback;

    /// <summary>Whether somebody may choose this instance.</summary>
    public bool Allows(Uri host)
    {
        if (GitLabHosts.Same(host, gitLab.Value.Host) || (IsDevelopment && host.IsLoopback && host.Scheme is "http" or "https"))
        {
            return true;
        }

        if (host.Scheme is not "https" || host.UserInfo.Length > 0)
        {
            return false;
        }

        if (gitLab.Value.AllowPrivateHosts)
        {
            return true;
        }

        if (IPAddress.TryParse(host.DnsSafeHost, out var address))
        {
            return IsPublic(address);
        }

        var name = host.IdnHost.TrimEnd('.');

        return name.Contains('.', StringComparison.Ordinal)
            && !InsideOnly.Any(ending => name.Equals(ending, StringComparison.OrdinalIgnoreCase) || name.EndsWith($".{ending}", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Connects to the public addresses of a name, and to no other.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (target, asked) = (context.DnsEndPoint, context.InitialRequestMessage.RequestUri!);

        // What the operator set, or a proxy of his, is his to answer for.
        var isFree = gitLab.Value.AllowPrivateHosts
            || !string.Equals(target.Host, asked.IdnHost, StringComparison.OrdinalIgnoreCase)
            || (string.Equals(target.Host, gitLab.Value.Host.IdnHost, StringComparison.OrdinalIgnoreCase) && target.Port == gitLab.Value.Host.Port);
        var addresses = IPAddress.TryParse(asked.DnsSafeHost, out var literal) && string.Equals(target.Host, asked.IdnHost, StringComparison.OrdinalIgnoreCase)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = addresses.Where(address => isFree || IsPublic(address) || (IsDevelopment && IPAddress.IsLoopback(address))).ToArray();

        if (allowed.Length == 0)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The address is not on the public internet.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static bool IsPublic(IPAddress address)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

        return (real.AddressFamily is AddressFamily.InterNetwork || GlobalUnicast.Contains(real)) && !NotPublic.Any(network => network.Contains(real));
    }
}
