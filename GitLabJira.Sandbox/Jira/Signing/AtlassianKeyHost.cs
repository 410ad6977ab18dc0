using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Traffic;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Signing;

/// <summary>
/// Stands for Atlassian's install-key host: publishes the public halves of the keys that sign <c>installed</c> and <c>uninstalled</c>, as PEM at <c>/{kid}</c>.
/// One host may serve several sites, as the real one does.
/// </summary>
public sealed class AtlassianKeyHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RSA> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _asked = new();
    private LoopbackServer _server = null!;
    private string _activeKeyId = "";

    private AtlassianKeyHost()
    {
    }

    public Uri Url => _server.Url;

    /// <summary>The key ids that were asked for, in order.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public string ActiveKeyId => _activeKeyId;

    /// <summary>When set, each answer has this status: an outage of the key host.</summary>
    public int? FailsWith { get; set; }

    public static async Task<AtlassianKeyHost> StartAsync(int port = 0, CancellationToken cancellationToken = default)
    {
        var host = new AtlassianKeyHost();
        host.Rotate();
        host._server = await LoopbackServer.StartAsync(web => web.MapGet("/{**keyId}", host.Answer), port, cancellationToken);
        return host;
    }

    /// <summary>Signs with a new key from now on. The old one stays published, as Atlassian's do.</summary>
    public void Rotate()
    {
        var id = Guid.NewGuid().ToString();
        _keys[id] = RSA.Create(2048);
        _activeKeyId = id;
    }

    public string Sign(JsonObject claims, JsonObject? header = null) => ConnectToken.SignRs256(claims, _keys[_activeKeyId], _activeKeyId, header);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }

    private IResult Answer(string keyId)
    {
        _asked.Enqueue(keyId);
        if (FailsWith is { } status)
        {
            return Results.StatusCode(status);
        }

        return _keys.TryGetValue(keyId, out var key) ? Results.Text(key.ExportSubjectPublicKeyInfoPem(), "text/plain") : Results.NotFound();
    }
}
