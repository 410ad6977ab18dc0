using System.Buffers.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>
/// A key in a vault, over its REST interface: https://learn.microsoft.com/rest/api/keyvault/keys/wrap-key/wrap-key and its neighbours.
/// </summary>
internal sealed class RemoteKey
{
    private readonly Uri _keyId;
    private readonly string _apiVersion;
    private readonly HttpPipeline _pipeline;

    public RemoteKey(Uri keyId, TokenCredential credential, CryptographyClientOptions options)
    {
        _keyId = keyId;
        _apiVersion = options.ApiVersion;
        _pipeline = HttpPipelineBuilder.Build(options, new VaultChallengePolicy(credential, options.DisableChallengeResourceVerification));
    }

    public LocalKey Get(CancellationToken ct)
    {
        using var message = Message(RequestMethod.Get, operation: null);
        _pipeline.Send(message, ct);
        return ReadKey(message.Response);
    }

    public async Task<LocalKey> GetAsync(CancellationToken ct)
    {
        using var message = Message(RequestMethod.Get, operation: null);
        await _pipeline.SendAsync(message, ct);
        return ReadKey(message.Response);
    }

    public (string KeyId, byte[] Value) Run(string operation, KeyWrapAlgorithm algorithm, byte[] value, CancellationToken ct)
    {
        using var message = Message(RequestMethod.Post, operation, algorithm, value);
        _pipeline.Send(message, ct);
        return ReadResult(message.Response);
    }

    public async Task<(string KeyId, byte[] Value)> RunAsync(string operation, KeyWrapAlgorithm algorithm, byte[] value, CancellationToken ct)
    {
        using var message = Message(RequestMethod.Post, operation, algorithm, value);
        await _pipeline.SendAsync(message, ct);
        return ReadResult(message.Response);
    }

    private static LocalKey ReadKey(Response response)
    {
        // Without the right to read keys the vault still wraps and unwraps.
        if (response.Status == 403)
        {
            return LocalKey.Hidden;
        }

        using var document = Read(response);
        var json = document.RootElement.GetProperty("key");
        var key = new JsonWebKey(json.TryGetProperty("key_ops", out var operations) ? operations.EnumerateArray().Select(o => new KeyOperation(o.GetString()!)) : [])
        {
            Id = json.GetProperty("kid").GetString(),
            KeyType = json.GetProperty("kty").GetString(),
            N = Bytes(json, "n"),
            E = Bytes(json, "e"),
        };

        return new(key, localOnly: false, Time(document, "nbf"), Time(document, "exp"));
    }

    private static (string KeyId, byte[] Value) ReadResult(Response response)
    {
        using var document = Read(response);
        return (document.RootElement.GetProperty("kid").GetString()!, Bytes(document.RootElement, "value")!);
    }

    private static JsonDocument Read(Response response) =>
        response.Status == 200 ? JsonDocument.Parse(response.Content) : throw new RequestFailedException(response);

    private static byte[]? Bytes(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? Base64Url.DecodeFromChars(value.GetString()) : null;

    private static DateTimeOffset? Time(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty("attributes", out var attributes) && attributes.TryGetProperty(name, out var value)
            ? DateTimeOffset.FromUnixTimeSeconds(value.GetInt64())
            : null;

    private HttpMessage Message(RequestMethod method, string? operation)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Headers.Add(HttpHeader.Common.JsonContentType);
        message.Request.Headers.Add(HttpHeader.Common.JsonAccept);
        message.Request.Uri.Reset(_keyId);

        if (operation is not null)
        {
            message.Request.Uri.AppendPath("/" + operation, escape: false);
        }

        message.Request.Uri.AppendQuery("api-version", _apiVersion);
        return message;
    }

    private HttpMessage Message(RequestMethod method, string operation, KeyWrapAlgorithm algorithm, byte[] value)
    {
        var message = Message(method, operation);
        message.Request.Content = RequestContent.Create(BinaryData.FromObjectAsJson(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["alg"] = algorithm.ToString(),
            ["value"] = Base64Url.EncodeToString(value),
        }));
        return message;
    }
}
