using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>Signs deliveries as in Standard Webhooks (GitLab 19.0): <c>v1,base64(HMAC-SHA256(key, id.timestamp.body))</c>.</summary>
public static class HookSignature
{
    private const string Prefix = "whsec_";

    public static bool IsSigningToken(string text) => TryReadKey(text, out _);

    public static string Sign(string signingToken, string deliveryId, long unixSeconds, ReadOnlySpan<byte> body)
    {
        if (!TryReadKey(signingToken, out var key))
        {
            throw new ArgumentException("The signing token is whsec_ and 24 to 64 bytes in base64.", nameof(signingToken));
        }

        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{deliveryId}.{unixSeconds}."));
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(head);
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }

    private static bool TryReadKey(string text, out byte[] key)
    {
        key = [];

        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var buffer = new byte[text.Length];

        if (!Convert.TryFromBase64String(text[Prefix.Length..], buffer, out var length) || length is < 24 or > 64)
        {
            return false;
        }

        key = buffer[..length];
        return true;
    }
}
