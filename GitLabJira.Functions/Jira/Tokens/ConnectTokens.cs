using System.Text;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GitLabJira.Functions.Jira.Tokens;

/// <inheritdoc cref="IConnectTokens"/>
public sealed class ConnectTokens(IOptions<ConnectOptions> options, TimeProvider clock) : IConnectTokens
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(3);

    // No signer is kept: it would hold the secrets of all tenants, also after they changed.
    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = false };

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public string Create(Installation installation, HttpMethod method, Uri url)
    {
        var now = clock.GetUtcNow();

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Value.Key,
            Audience = installation.ClientKey,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["qsh"] = Qsh.Compute(method, url, installation.BaseUrl) },
            SigningCredentials = new SigningCredentials(Key(installation), SecurityAlgorithms.HmacSha256),
        });
    }

    internal static SymmetricSecurityKey Key(Installation installation) => new(Encoding.UTF8.GetBytes(installation.SharedSecret)) { CryptoProviderFactory = Crypto };
}
