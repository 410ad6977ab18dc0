using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.Sandbox.GitLab.OAuth;

/// <summary>
/// GitLab's OAuth (Doorkeeper): codes are single use and live ten minutes, PKCE with S256 is required, access tokens live two hours,
/// and a refresh ends both old tokens at once without a grace period (gl#364111).
/// </summary>
public sealed class AuthorizationServer
{
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AccessLife = TimeSpan.FromHours(2);

    private readonly Lock _gate = new();
    private readonly Func<DateTimeOffset> _now;
    private readonly Dictionary<string, OAuthApplication> _applications = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Code> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TokenRow> _byAccess = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _accessByRefresh = new(StringComparer.Ordinal);

    internal AuthorizationServer(Func<DateTimeOffset> now, IEnumerable<OAuthApplication> applications)
    {
        _now = now;

        foreach (var application in applications)
        {
            Register(application);
        }
    }

    private sealed record Code(AuthorizeRequest Request, long UserId, DateTimeOffset ExpiresAt);

    /// <summary>Tokens that still work or could be refreshed, for tests of revocation.</summary>
    public IReadOnlyList<TokenRow> LiveTokens
    {
        get
        {
            lock (_gate)
            {
                return [.. _byAccess.Values.Where(row => row.RevokedAt is null)];
            }
        }
    }

    /// <summary>Adds a client, or replaces the one of that id.</summary>
    public void Register(OAuthApplication application)
    {
        lock (_gate)
        {
            _applications[application.ClientId] = application;
        }
    }

    /// <summary>A pasted token, as of a service account.</summary>
    public string CreatePersonalToken(long userId, params string[] scopes)
    {
        lock (_gate)
        {
            var row = new TokenRow($"glpat-{NewToken()[..20]}", null, null, userId, scopes, _now(), ExpiresAt: null);
            _byAccess[row.AccessToken] = row;
            return row.AccessToken;
        }
    }

    /// <summary>Ends all tokens of a user, as the user's own page of applications can.</summary>
    public void RevokeAll(long userId)
    {
        lock (_gate)
        {
            foreach (var row in _byAccess.Values.Where(row => row.UserId == userId && row.RevokedAt is null).ToArray())
            {
                _byAccess[row.AccessToken] = row with { RevokedAt = _now() };
            }
        }
    }

    internal TokenRow? Find(string accessToken)
    {
        lock (_gate)
        {
            return _byAccess.GetValueOrDefault(accessToken);
        }
    }

    internal AuthorizeCheck Check(IReadOnlyDictionary<string, string> query)
    {
        OAuthApplication? application;

        lock (_gate)
        {
            application = _applications.GetValueOrDefault(query.GetValueOrDefault("client_id", ""));
        }

        if (application is null)
        {
            return new AuthorizeCheck(Error: "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.");
        }

        var redirectUri = query.GetValueOrDefault("redirect_uri", "");

        if (!application.RedirectUris.Contains(redirectUri, StringComparer.Ordinal))
        {
            return new AuthorizeCheck(Error: "The redirect URI included is not valid.");
        }

        var state = query.GetValueOrDefault("state", "");

        if (query.GetValueOrDefault("response_type") is not "code")
        {
            return Refuse("unsupported_response_type", "The authorization server does not support this response type.");
        }

        string[] scopes = query.GetValueOrDefault("scope", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        scopes = scopes.Length == 0 ? ["api"] : scopes;

        if (!scopes.All(scope => application.Scopes.Contains(scope, StringComparer.Ordinal)))
        {
            return Refuse("invalid_scope", "The requested scope is invalid, unknown, or malformed.");
        }

        var challenge = query.GetValueOrDefault("code_challenge", "");

        if (query.GetValueOrDefault("code_challenge_method") is not "S256" || challenge.Length != 43)
        {
            return challenge.Length == 0
                ? Refuse("invalid_request", "Code challenge is required.")
                : Refuse("invalid_code_challenge_method", "The code challenge method must be S256.");
        }

        return new AuthorizeCheck(new AuthorizeRequest(application, redirectUri, state, scopes, challenge));

        AuthorizeCheck Refuse(string error, string description) => new(Redirect: Answer(redirectUri, state, ("error", error), ("error_description", description)));
    }

    internal Uri Grant(AuthorizeRequest request, long userId)
    {
        var code = NewToken();

        lock (_gate)
        {
            _codes[code] = new Code(request, userId, _now() + CodeLife);
        }

        return Answer(request.RedirectUri, request.State, ("code", code));
    }

    internal static Uri Deny(AuthorizeRequest request) => Answer(
        request.RedirectUri, request.State, ("error", "access_denied"), ("error_description", "The resource owner or authorization server denied the request."));

    /// <summary>A confidential client whose user has a live token with these scopes is not asked again.</summary>
    internal bool IsAuthorizedAlready(AuthorizeRequest request, long userId)
    {
        lock (_gate)
        {
            return request.Application.IsTrusted
                || (request.Application.IsConfidential && _byAccess.Values.Any(row =>
                    row.UserId == userId && string.Equals(row.ClientId, request.Application.ClientId, StringComparison.Ordinal) && row.RevokedAt is null && row.ExpiresAt > _now() && request.Scopes.All(row.HasScope)));
        }
    }

    /// <exception cref="OAuthException">The request is refused.</exception>
    internal TokenRow Exchange(IReadOnlyDictionary<string, string> form, (string Id, string Secret)? basic, Func<long, bool> mayUse)
    {
        lock (_gate)
        {
            return form.GetValueOrDefault("grant_type") switch
            {
                "authorization_code" => ByCode(form, Authenticate(form, basic), mayUse),
                "refresh_token" => ByRefresh(form, Authenticate(form, basic), mayUse),
                null or "" => throw OAuthException.Missing("grant_type"),
                _ => throw new OAuthException(400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server."),
            };
        }
    }

    /// <summary>RFC 7009: unknown tokens are fine, other people's are not.</summary>
    internal void Revoke(IReadOnlyDictionary<string, string> form, (string Id, string Secret)? basic)
    {
        lock (_gate)
        {
            var application = Authenticate(form, basic);
            var token = form.GetValueOrDefault("token", "");
            var access = _accessByRefresh.GetValueOrDefault(token, token);

            if (!_byAccess.TryGetValue(access, out var row) || row.RevokedAt is not null)
            {
                return;
            }

            if (!string.Equals(row.ClientId, application.ClientId, StringComparison.Ordinal))
            {
                throw new OAuthException(403, "unauthorized_client", "You are not authorized to revoke this token");
            }

            _byAccess[access] = row with { RevokedAt = _now() };
        }
    }

    private OAuthApplication Authenticate(IReadOnlyDictionary<string, string> form, (string Id, string Secret)? basic)
    {
        var id = basic?.Id ?? form.GetValueOrDefault("client_id", "");
        var secret = basic?.Secret ?? form.GetValueOrDefault("client_secret");

        if (!_applications.TryGetValue(id, out var application))
        {
            throw OAuthException.InvalidClient();
        }

        return application.Secret is null || string.Equals(application.Secret, secret, StringComparison.Ordinal) ? application : throw OAuthException.InvalidClient();
    }

    private TokenRow ByCode(IReadOnlyDictionary<string, string> form, OAuthApplication application, Func<long, bool> mayUse)
    {
        var presented = form.GetValueOrDefault("code") ?? throw OAuthException.Missing("code");
        var redirectUri = form.GetValueOrDefault("redirect_uri") ?? throw OAuthException.Missing("redirect_uri");
        var verifier = form.GetValueOrDefault("code_verifier") ?? throw OAuthException.Missing("code_verifier");

        if (!_codes.TryGetValue(presented, out var code)
            || code.ExpiresAt <= _now()
            || !string.Equals(code.Request.Application.ClientId, application.ClientId, StringComparison.Ordinal)
            || !string.Equals(code.Request.RedirectUri, redirectUri, StringComparison.Ordinal)
            || !string.Equals(code.Request.CodeChallenge, ChallengeOf(verifier), StringComparison.Ordinal)
            || !mayUse(code.UserId))
        {
            throw OAuthException.InvalidGrant();
        }

        _codes.Remove(presented);
        return Issue(application.ClientId, code.UserId, code.Request.Scopes);
    }

    private TokenRow ByRefresh(IReadOnlyDictionary<string, string> form, OAuthApplication application, Func<long, bool> mayUse)
    {
        var presented = form.GetValueOrDefault("refresh_token") ?? throw OAuthException.Missing("refresh_token");

        if (!_accessByRefresh.TryGetValue(presented, out var access)
            || !_byAccess.TryGetValue(access, out var row)
            || row.RevokedAt is not null
            || !string.Equals(row.ClientId, application.ClientId, StringComparison.Ordinal)
            || !mayUse(row.UserId))
        {
            throw OAuthException.InvalidGrant();
        }

        _byAccess[access] = row with { RevokedAt = _now() };
        return Issue(application.ClientId, row.UserId, row.Scopes);
    }

    private TokenRow Issue(string clientId, long userId, IReadOnlyList<string> scopes)
    {
        var now = _now();
        var row = new TokenRow(NewToken(), NewToken(), clientId, userId, scopes, now, now + AccessLife);
        _byAccess[row.AccessToken] = row;
        _accessByRefresh[row.RefreshToken!] = row.AccessToken;
        return row;
    }

    private static Uri Answer(string redirectUri, string state, params ReadOnlySpan<(string Name, string Value)> answer)
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal);

        foreach (var (name, value) in answer)
        {
            query[name] = value;
        }

        if (state.Length > 0)
        {
            query["state"] = state;
        }

        return new Uri(QueryHelpers.AddQueryString(redirectUri, query));
    }

    private static string ChallengeOf(string verifier) => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
