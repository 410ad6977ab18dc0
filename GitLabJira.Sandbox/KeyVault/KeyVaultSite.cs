using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitLabJira.Sandbox.KeyVault;

/// <summary>A vault with one RSA key that never leaves it: token challenge, then wrap and unwrap, as of https://learn.microsoft.com/rest/api/keyvault/keys/wrap-key/wrap-key.</summary>
public sealed class KeyVaultSite : IAsyncDisposable
{
    private const string Version = "0123456789abcdef0123456789abcdef";

    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _server;
    private readonly Func<bool> _fails;

    private KeyVaultSite(Func<bool> fails)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        (_server, _fails) = (builder.Build(), fails);
        _server.Run(AnswerAsync);
    }

    /// <summary>What the key is called; the name leads nowhere, the vault is at <see cref="Address"/>.</summary>
    public static Uri KeyId { get; } = new("https://sandbox.vault.azure.net/keys/seal");

    public Uri Address { get; private set; } = null!;

    /// <param name="fails">Asked for each request: whether the vault is busy just now.</param>
    public static async Task<KeyVaultSite> StartAsync(Func<bool> fails, CancellationToken cancellationToken)
    {
        var site = new KeyVaultSite(fails);
        await site._server.StartAsync(cancellationToken);
        site.Address = new Uri(site._server.Urls.Single());
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (_fails())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (context.Request.Headers.Authorization.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer authorization=\"https://login.microsoftonline.com/sandbox\", resource=\"https://vault.azure.net\"";
            return;
        }

        var kid = $"{KeyId}/{Version}";

        switch (context.Request.Path.Value?.Split('/')[^1])
        {
            case "wrapkey" or "wrapKey":
                await AnswerAsync(context, kid, _key.Encrypt(await ValueAsync(context), RSAEncryptionPadding.OaepSHA256));
                break;
            case "unwrapkey" or "unwrapKey":
                await AnswerAsync(context, kid, _key.Decrypt(await ValueAsync(context), RSAEncryptionPadding.OaepSHA256));
                break;
            default:
                // This caller may use the key, not see it.
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                break;
        }
    }

    private static async Task<byte[]> ValueAsync(HttpContext context) =>
        Base64Url.DecodeFromChars((string)(await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!["value"]!);

    private static Task AnswerAsync(HttpContext context, string kid, byte[] value)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["kid"] = kid, ["value"] = Base64Url.EncodeToString(value) }.ToJsonString(), context.RequestAborted);
    }
}
