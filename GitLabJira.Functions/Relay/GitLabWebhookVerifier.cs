using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace GitLabJira.Functions.Relay;

/// <summary>Decides whether a delivery carries a secret that was issued for its link: GitLab's signature (Standard Webhooks) where there is one, else the plain token.</summary>
public sealed class GitLabWebhookVerifier(ILinks links, TimeProvider clock)
{
    private const string TokenHeader = "X-Gitlab-Token";
    private const string SignatureHeader = "webhook-signature";
    private const string IdHeader = "webhook-id";
    private const string TimeHeader = "webhook-timestamp";
    private const string KeyPrefix = "whsec_";
    private const string Scheme = "v1,";

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Finds the link alone, so that nobody has us read a body for a link that does not exist.</summary>
    public async Task<(WebhookVerdict Verdict, Link? Link)> FindAsync(Guid linkId, CancellationToken cancellationToken)
    {
        var (verdict, link) = Find(await links.FindAsync(linkId, fresh: false, cancellationToken));

        // The cached row may be older than the link.
        return link is null ? Find(await links.FindAsync(linkId, fresh: true, cancellationToken)) : (verdict, link);
    }

    /// <summary>Judges the secrets; what fails with the cached row is judged once more with a fresh one.</summary>
    public async Task<(WebhookVerdict Verdict, Link? Link)> VerifyAsync(Link link, IHeaderDictionary headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var verdict = Judge(await links.HookSecretsAsync(link, cancellationToken), headers, body.Span);

        if (verdict is WebhookVerdict.Accepted or WebhookVerdict.MissingSecret)
        {
            return (verdict, link);
        }

        var (state, fresh) = Find(await links.FindAsync(link.Id, fresh: true, cancellationToken));

        return fresh is null
            ? (state, null)
            : (Judge(await links.HookSecretsAsync(fresh, cancellationToken), headers, body.Span), fresh);
    }

    private static (WebhookVerdict Verdict, Link? Link) Find((LinkLookup Lookup, Link? Link) found) => found switch
    {
        (LinkLookup.Known, { State: not LinkState.Unlinking } link) => (WebhookVerdict.Accepted, link),
        (LinkLookup.Unknown, _) => (WebhookVerdict.UnknownLink, null),
        _ => (WebhookVerdict.UnlinkedLink, null),
    };

    private WebhookVerdict Judge(IReadOnlyList<HookSecret> secrets, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        // A signature that is there must verify: falling back to the token would let a replay through that only knows the token.
        if (headers.TryGetValue(SignatureHeader, out var signature))
        {
            return JudgeSignature(secrets, headers, signature, body);
        }

        if (!headers.TryGetValue(TokenHeader, out var token) || token is not [{ Length: > 0 } presented])
        {
            return WebhookVerdict.MissingSecret;
        }

        return HasToken(secrets, presented) ? WebhookVerdict.Accepted : WebhookVerdict.WrongToken;
    }

    private static bool HasToken(IReadOnlyList<HookSecret> secrets, string presented)
    {
        // Compare digests, not strings: equal length on both sides, so timing says nothing about the secret. And look at all of them.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> issued = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), hash);
        var found = false;

        foreach (var secret in secrets)
        {
            if (secret.Token.Length > 0)
            {
                SHA256.HashData(Encoding.UTF8.GetBytes(secret.Token), issued);
                found |= CryptographicOperations.FixedTimeEquals(hash, issued);
            }
        }

        return found;
    }

    private WebhookVerdict JudgeSignature(IReadOnlyList<HookSecret> secrets, IHeaderDictionary headers, StringValues signature, ReadOnlySpan<byte> body)
    {
        if (signature is not [{ Length: > 0 } signatures] || headers[IdHeader] is not [{ Length: > 0 } id] || headers[TimeHeader] is not [{ Length: > 0 } time])
        {
            return WebhookVerdict.WrongSignature;
        }

        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds)
        {
            return WebhookVerdict.StaleSignature;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var found = false;

        foreach (var secret in secrets)
        {
            if (TryKey(secret.SigningToken, out var key))
            {
                Sign(key, id, time, body, expected);
                found |= Holds(signatures, expected);
            }
        }

        return found ? WebhookVerdict.Accepted : WebhookVerdict.WrongSignature;
    }

    private static bool TryKey(string signingToken, out byte[] key)
    {
        key = [];

        if (!signingToken.StartsWith(KeyPrefix, StringComparison.Ordinal) || !Base64.IsValid(signingToken.AsSpan(KeyPrefix.Length), out var length) || length == 0)
        {
            return false;
        }

        key = Convert.FromBase64String(signingToken[KeyPrefix.Length..]);
        return true;
    }

    private static void Sign(byte[] key, string id, string time, ReadOnlySpan<byte> body, Span<byte> signature)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{time}."));
        hmac.AppendData(body);
        hmac.GetHashAndReset(signature);
    }

    /// <summary>The header may carry several signatures, separated by spaces, while a key is rotated.</summary>
    private static bool Holds(string signatures, ReadOnlySpan<byte> expected)
    {
        var found = false;
        Span<byte> presented = stackalloc byte[HMACSHA256.HashSizeInBytes];

        foreach (var range in signatures.AsSpan().Split(' '))
        {
            var signature = signatures.AsSpan()[range];

            if (signature.StartsWith(Scheme, StringComparison.Ordinal)
                && Convert.TryFromBase64Chars(signature[Scheme.Length..], presented, out var length)
                && length == presented.Length)
            {
                found |= CryptographicOperations.FixedTimeEquals(presented, expected);
            }
        }

        return found;
    }
}
