using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys.Cryptography;
using GitLabJira.Functions.Sealing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GitLabJira.FaultyApp;

/// <summary>The app's own key wrapper and client over a vault on this machine, which has no certificate that anybody trusts.</summary>
internal static class NearbyVault
{
    public static void UseNearbyVault(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration["Faulty:Vault"] is not { } address)
        {
            return;
        }

        var http = new HttpClient(new Nearby(new Uri(address)) { InnerHandler = new SocketsHttpHandler { UseProxy = false } });
        services.AddSingleton<IKeyWrapper>(provider => new KeyVaultKeyWrapper(
            provider.GetRequiredService<IOptions<SealingOptions>>(),
            keyId => new CryptographyClient(keyId, new Credential(), Options(http))));
    }

    private static CryptographyClientOptions Options(HttpClient http)
    {
        var options = new CryptographyClientOptions { Transport = new HttpClientTransport(http) };
        options.Retry.Delay = TimeSpan.FromMilliseconds(5);
        return options;
    }

    private sealed class Nearby(Uri address) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(address, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Credential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("nearby", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
