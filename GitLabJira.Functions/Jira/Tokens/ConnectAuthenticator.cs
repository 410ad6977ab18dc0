using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GitLabJira.Functions.Jira.Tokens;

/// <inheritdoc cref="IConnectAuthenticator"/>
public sealed partial class ConnectAuthenticator(
    IInstallations installations,
    IOptions<AppOptions> app,
    TimeProvider clock,
    ILogger<ConnectAuthenticator> logger) : IConnectAuthenticator
{
    private const int LongestClientKey = 255;

    // Jira's clock and ours may differ; Atlassian's own apps allow the same.
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(3);

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private enum Verdict
    {
        Accepted,
        NoToken,
        Malformed,
        UnknownIssuer,
        Uninstalled,
        WrongAlgorithm,
        Expired,
        WrongSignature,
        WrongQsh,
        NoAccount,
    }

    public Task<ConnectUser?> AuthenticateContextAsync(HttpRequest request, CancellationToken cancellationToken) =>
        AuthenticateAsync(request, Qsh.Context, needsAccount: true, cancellationToken);

    public Task<ConnectUser?> AuthenticateUrlAsync(HttpRequest request, CancellationToken cancellationToken) =>
        AuthenticateAsync(request, RequestQsh.Of(request, app.Value.BaseUrl), needsAccount: false, cancellationToken);

    private async Task<ConnectUser?> AuthenticateAsync(HttpRequest request, string qsh, bool needsAccount, CancellationToken cancellationToken)
    {
        if (PresentedToken.Find(request) is not { } text)
        {
            return Refuse(Verdict.NoToken);
        }

        // The issuer is not verified yet: it only names the key that the signature must fit.
        if (!TryRead(text, out var token) || token.Issuer is not { Length: > 0 and <= LongestClientKey } clientKey)
        {
            return Refuse(Verdict.Malformed);
        }

        var installation = await installations.FindAsync(clientKey, fresh: false, cancellationToken);
        var verdict = await JudgeAsync(token, installation, qsh, needsAccount);

        // Just installed, or the secret was rotated: the cached row may be behind.
        if (verdict is Verdict.UnknownIssuer or Verdict.Uninstalled or Verdict.WrongSignature)
        {
            installation = await installations.FindAsync(clientKey, fresh: true, cancellationToken);
            verdict = await JudgeAsync(token, installation, qsh, needsAccount);
        }

        return verdict is Verdict.Accepted ? new ConnectUser(installation!, Account(token)) : Refuse(verdict);
    }

    private async Task<Verdict> JudgeAsync(JsonWebToken token, Installation? installation, string qsh, bool needsAccount)
    {
        if (installation is null)
        {
            return Verdict.UnknownIssuer;
        }

        if (installation.State is not InstallationState.Installed || installation.SharedSecret.Length == 0)
        {
            return Verdict.Uninstalled;
        }

        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = ConnectTokens.Key(installation),
            TryAllIssuerSigningKeys = true,
            ValidIssuer = installation.ClientKey,

            // Jira names none, or the tenant.
            AudienceValidator = (audiences, _, _) => audiences?.All(audience => string.Equals(audience, installation.ClientKey, StringComparison.Ordinal)) ?? true,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) =>
            {
                var now = clock.GetUtcNow().UtcDateTime;
                return expires is { } end && now <= end + Leeway && (notBefore is not { } start || now >= start - Leeway);
            },
        });

        if (!result.IsValid)
        {
            return result.Exception switch
            {
                SecurityTokenInvalidAlgorithmException => Verdict.WrongAlgorithm,
                SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException => Verdict.Expired,
                _ => Verdict.WrongSignature,
            };
        }

        if (!token.TryGetPayloadValue<string>("qsh", out var presented) || !string.Equals(presented, qsh, StringComparison.Ordinal))
        {
            return Verdict.WrongQsh;
        }

        return needsAccount && Account(token) is null ? Verdict.NoAccount : Verdict.Accepted;
    }

    private static bool TryRead(string text, out JsonWebToken token)
    {
        token = null!;

        try
        {
            token = new JsonWebToken(text);
            return true;
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException)
        {
            return false;
        }
    }

    private static string? Account(JsonWebToken token) => token.Subject is { Length: > 0 } account ? account : null;

    private ConnectUser? Refuse(Verdict verdict)
    {
        Log.Refused(logger, verdict);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Refused a Connect token: {Verdict}.")]
        public static partial void Refused(ILogger logger, Verdict verdict);
    }
}
