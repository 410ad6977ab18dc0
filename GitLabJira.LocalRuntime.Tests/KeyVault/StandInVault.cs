using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Web;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace GitLabJira.LocalRuntime.Tests.KeyVault;

/// <summary>A vault with one RSA key: token challenge, api-version and permissions as the real one has them, behind the pipeline's transport.</summary>
internal sealed class StandInVault : HttpMessageHandler
{
    public const string Token = "a-token-for-the-vault";

    // Making an RSA key takes long; one for all tests is enough.
    private static readonly Lazy<RSAParameters> Material = new(() =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(includePrivateParameters: true);
    });

    private readonly RSA _rsa = NewKey();

    public Uri KeyId { get; init; } = new("https://example.vault.azure.net/keys/seal");

    public string Version { get; init; } = "0123456789abcdef0123456789abcdef";

    public string ApiVersion { get; init; } = "7.6-preview.2";

    public string Resource { get; init; } = "https://vault.azure.net";

    public bool ShowsKey { get; init; } = true;

    /// <summary>Answers for the key without asking who is there.</summary>
    public bool IsOpen { get; init; }

    public IReadOnlyList<string> KeyOps { get; init; } = ["wrapKey", "unwrapKey"];

    public DateTimeOffset? Expires { get; init; }

    /// <summary>Method, path and whether a token and a body came, in order.</summary>
    public List<string> Requests { get; } = [];

    public static RSA NewKey() => RSA.Create(Material.Value);

    public CryptographyClient Client(TokenCredential credential, CryptographyClientOptions? options = null)
    {
        options ??= new();
        options.Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false));
        options.Retry.MaxRetries = 0;
        return new(KeyId, credential, options);
    }

    public byte[] Decrypt(byte[] wrapped) => _rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        Requests.Add($"{request.Method} {path}{(request.Headers.Authorization is null ? "" : " token")}{(body.Length == 0 ? "" : " body")}");

        if (request.Headers.Authorization?.Parameter != Token && !(IsOpen && request.Method == HttpMethod.Get))
        {
            var refused = new HttpResponseMessage(HttpStatusCode.Unauthorized);
            refused.Headers.TryAddWithoutValidation("WWW-Authenticate", $"Bearer authorization=\"https://login.example.com/the-tenant\", resource=\"{Resource}\"");
            return refused;
        }

        if (HttpUtility.ParseQueryString(request.RequestUri.Query)["api-version"] != ApiVersion)
        {
            return Error(HttpStatusCode.BadRequest, "UnsupportedApiVersion");
        }

        var kid = $"{KeyId.ToString().TrimEnd('/')}{(KeyId.Segments.Length > 3 ? "" : "/" + Version)}";

        return path[KeyId.AbsolutePath.Length..] switch
        {
            "" when !ShowsKey => Error(HttpStatusCode.Forbidden, "Forbidden"),
            "" => Json(Key(kid)),
            "/wrapKey" => Json(Result(kid, Rsa(body, (v, p) => _rsa.Encrypt(v, p)))),
            "/unwrapKey" => Unwrap(kid, body),
            _ => Error(HttpStatusCode.NotFound, "KeyNotFound"),
        };
    }

    protected override void Dispose(bool disposing)
    {
        _rsa.Dispose();
        base.Dispose(disposing);
    }

    private static HttpResponseMessage Json(object body) => new(HttpStatusCode.OK) { Content = JsonContent.Create(body) };

    private static HttpResponseMessage Error(HttpStatusCode status, string code) =>
        new(status) { Content = JsonContent.Create(new { error = new { code, message = "What the vault says." } }) };

    private static object Result(string kid, byte[] value) => new { kid, value = Base64Url.EncodeToString(value) };

    private static byte[] Rsa(string body, Func<byte[], RSAEncryptionPadding, byte[]> run)
    {
        var json = JsonDocument.Parse(body).RootElement;
        var padding = json.GetProperty("alg").GetString() switch
        {
            "RSA-OAEP-256" => RSAEncryptionPadding.OaepSHA256,
            "RSA-OAEP" => RSAEncryptionPadding.OaepSHA1,
            var other => throw new NotSupportedException(other),
        };

        return run(Base64Url.DecodeFromChars(json.GetProperty("value").GetString()), padding);
    }

    private HttpResponseMessage Unwrap(string kid, string body)
    {
        try
        {
            return Json(Result(kid, Rsa(body, (v, p) => _rsa.Decrypt(v, p))));
        }
        catch (CryptographicException)
        {
            return Error(HttpStatusCode.BadRequest, "BadParameter");
        }
    }

    private object Key(string kid)
    {
        var parameters = _rsa.ExportParameters(includePrivateParameters: false);

        return new
        {
            key = new { kid, kty = "RSA", key_ops = KeyOps, n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) },
            attributes = new Dictionary<string, object?> { ["enabled"] = true, ["exp"] = Expires?.ToUnixTimeSeconds() }
                .Where(a => a.Value is not null)
                .ToDictionary(),
        };
    }
}

/// <summary>Gives the vault's token and remembers what it was asked for.</summary>
internal sealed class StandInCredential : TokenCredential
{
    public List<TokenRequestContext> Asked { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Asked.Add(requestContext);
        return new(StandInVault.Token, DateTimeOffset.MaxValue);
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
