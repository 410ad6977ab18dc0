using System.Security.Cryptography;
using System.Text.RegularExpressions;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GitLabJira.Functions.Connect;

public enum InstallVerdict
{
    Accepted,
    NoToken,
    Malformed,
    WrongAlgorithm,
    InvalidKeyId,
    WrongIssuer,
    WrongAudience,
    NoIssueTime,
    Expired,
    WrongQsh,
    UnknownKey,
    KeyHostUnreachable,
    WrongSignature,
}

/// <summary>Decides whether a lifecycle call comes from Atlassian and is meant for this app and the tenant in its body (signed install, RS256).</summary>
public sealed partial class InstallTokenVerifier(InstallKeys keys, IOptions<AppOptions> app, IOptions<ConnectOptions> connect, TimeProvider clock)
{
    private const int LongestKeyId = 200;

    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(3);

    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = false };

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>Finds the token and looks at what needs neither body nor key.</summary>
    public static InstallVerdict TryRead(HttpRequest request, out JsonWebToken token)
    {
        token = null!;

        if (PresentedToken.Find(request) is not { } text)
        {
            return InstallVerdict.NoToken;
        }

        try
        {
            token = new JsonWebToken(text);
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException)
        {
            return InstallVerdict.Malformed;
        }

        if (!string.Equals(token.Alg, SecurityAlgorithms.RsaSha256, StringComparison.Ordinal))
        {
            return InstallVerdict.WrongAlgorithm;
        }

        // It becomes part of an address that we call: nothing but the characters of Atlassian's key ids.
        return token.Kid is { Length: <= LongestKeyId } kid && KeyIdPattern().IsMatch(kid) ? InstallVerdict.Accepted : InstallVerdict.InvalidKeyId;
    }

    /// <summary>Claims first, although nothing is verified yet: what fails there costs no question to a key host.</summary>
    /// <param name="clientKey">The tenant that the body names.</param>
    public async Task<InstallVerdict> VerifyAsync(HttpRequest request, JsonWebToken token, string clientKey, CancellationToken cancellationToken)
    {
        if (Claims(request, token, clientKey) is not InstallVerdict.Accepted and var fault)
        {
            return fault;
        }

        var (answer, pem) = await keys.FindAsync(token.Kid, cancellationToken);

        if (answer is not InstallKeyAnswer.Found)
        {
            return answer is InstallKeyAnswer.Unknown ? InstallVerdict.UnknownKey : InstallVerdict.KeyHostUnreachable;
        }

        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);

        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKey = new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)) { CryptoProviderFactory = Crypto },
            TryAllIssuerSigningKeys = true,
            ValidIssuer = clientKey,
            AudienceValidator = (audiences, _, _) => IsForUs(audiences),
            RequireExpirationTime = true,
            LifetimeValidator = (_, expires, _, _) => !IsOver(expires),
        });

        return result.IsValid ? InstallVerdict.Accepted : InstallVerdict.WrongSignature;
    }

    private InstallVerdict Claims(HttpRequest request, JsonWebToken token, string clientKey)
    {
        if (!string.Equals(token.Issuer, clientKey, StringComparison.Ordinal))
        {
            return InstallVerdict.WrongIssuer;
        }

        if (!IsForUs(token.Audiences))
        {
            return InstallVerdict.WrongAudience;
        }

        // Orders installs and uninstalls that arrive late.
        if (token.IssuedAt == DateTime.MinValue)
        {
            return InstallVerdict.NoIssueTime;
        }

        if (token.ValidTo == DateTime.MinValue || IsOver(token.ValidTo))
        {
            return InstallVerdict.Expired;
        }

        return token.TryGetPayloadValue<string>("qsh", out var qsh) && string.Equals(qsh, RequestQsh.Of(request, app.Value.BaseUrl), StringComparison.Ordinal)
            ? InstallVerdict.Accepted
            : InstallVerdict.WrongQsh;
    }

    private bool IsOver(DateTime? expires) => expires is not { } end || clock.GetUtcNow().UtcDateTime > end + Leeway;

    private bool IsForUs(IEnumerable<string>? audiences) =>
        audiences?.Any(audience => connect.Value.Audiences.Select(other => other.AbsoluteUri.TrimEnd('/')).Append(app.Value.Base)
            .Contains(audience.TrimEnd('/'), StringComparer.Ordinal)) ?? false;

    [GeneratedRegex(@"\A[A-Za-z0-9_\-/]+\z")]
    private static partial Regex KeyIdPattern();
}
