using System.Collections.Concurrent;
using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Security.KeyVault.Keys;

/// <summary>
/// Asks the vault which tenant and resource a token must be for: the first request goes without content and token, and the 401 says it.
/// See https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses.
/// </summary>
internal sealed class VaultChallengePolicy(TokenCredential credential, bool trustAnyResource) : BearerTokenAuthenticationPolicy(credential, [])
{
    private const string StashedContent = "KeyVaultContent";
    private const string Scheme = "Bearer ";

    // Process-wide like the real one's: a vault's tenant and resource hardly ever change.
    private static readonly ConcurrentDictionary<string, Challenge> Known = new(StringComparer.OrdinalIgnoreCase);

    protected override void AuthorizeRequest(HttpMessage message)
    {
        if (Prepare(message) is { } context)
        {
            AuthenticateAndAuthorizeRequest(message, context);
        }
    }

    protected override ValueTask AuthorizeRequestAsync(HttpMessage message) =>
        Prepare(message) is { } context ? AuthenticateAndAuthorizeRequestAsync(message, context) : ValueTask.CompletedTask;

    protected override bool AuthorizeRequestOnChallenge(HttpMessage message)
    {
        if (Learn(message) is not { } context)
        {
            return false;
        }

        AuthenticateAndAuthorizeRequest(message, context);
        return true;
    }

    protected override async ValueTask<bool> AuthorizeRequestOnChallengeAsync(HttpMessage message)
    {
        if (Learn(message) is not { } context)
        {
            return false;
        }

        await AuthenticateAndAuthorizeRequestAsync(message, context);
        return true;
    }

    private static TokenRequestContext? Prepare(HttpMessage message)
    {
        if (Known.TryGetValue(Authority(message), out var challenge))
        {
            return challenge.Context(message);
        }

        // Key material must not travel in a request that nobody has been authenticated for.
        if (message.Request.Content is { } content)
        {
            message.SetProperty(StashedContent, content);
            message.Request.Content = null;
        }

        return null;
    }

    private TokenRequestContext? Learn(HttpMessage message)
    {
        if (message.Request.Content is null && message.TryGetProperty(StashedContent, out var content))
        {
            message.Request.Content = content as RequestContent;
        }

        if (!message.Response.Headers.TryGetValue("WWW-Authenticate", out var header)
            || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || Parse(header[Scheme.Length..]) is not { } challenge)
        {
            return null;
        }

        // Threat: who answers in the vault's place could have a token drawn for another service and use it there.
        if (!trustAnyResource && !message.Request.Uri.Host!.EndsWith("." + challenge.Resource.Host, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                $"The challenge resource '{challenge.Resource.Host}' does not match the requested domain. "
                + "Set DisableChallengeResourceVerification to true in your client options to disable. See https://aka.ms/azsdk/blog/vault-uri for more information.");
        }

        Known[Authority(message)] = challenge;
        return challenge.Context(message);
    }

    private static Challenge? Parse(string parameters)
    {
        var values = parameters
            .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2))
            .Where(p => p.Length == 2)
            .GroupBy(p => p[0], p => p[1].Trim('"'), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);

        var scope = values.TryGetValue("resource", out var resource) ? resource + "/.default" : values.GetValueOrDefault("scope");

        return Uri.TryCreate(scope, UriKind.Absolute, out var scopeUri)
            && Uri.TryCreate(values.GetValueOrDefault("authorization") ?? values.GetValueOrDefault("authorization_uri"), UriKind.Absolute, out var authority)
                ? new(scope!, scopeUri, authority.Segments.Length > 1 ? authority.Segments[1].Trim('/') : null)
                : null;
    }

    private static string Authority(HttpMessage message) =>
        string.Create(CultureInfo.InvariantCulture, $"{message.Request.Uri.Host}:{message.Request.Uri.Port}");

    private sealed record Challenge(string Scope, Uri Resource, string? TenantId)
    {
        public TokenRequestContext Context(HttpMessage message) => new([Scope], message.Request.ClientRequestId, tenantId: TenantId, isCaeEnabled: true);
    }
}
