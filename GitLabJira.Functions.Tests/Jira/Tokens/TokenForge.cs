using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GitLabJira.Functions.Tests.Jira.Tokens;

/// <summary>Makes tokens by hand, right ones and such as no library would make.</summary>
internal static class TokenForge
{
    public static string Hs256(string secret, Dictionary<string, object?> claims, string algorithm = "HS256") =>
        Sign(new() { ["typ"] = "JWT", ["alg"] = algorithm }, claims, input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), input));

    public static string Rs256(RSA key, string? kid, Dictionary<string, object?> claims, string algorithm = "RS256") =>
        Sign(new() { ["typ"] = "JWT", ["alg"] = algorithm, ["kid"] = kid }, claims, input => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Unsigned(Dictionary<string, object?> claims) => Sign(new() { ["typ"] = "JWT", ["alg"] = "none" }, claims, _ => []);

    private static string Sign(Dictionary<string, object?> header, Dictionary<string, object?> claims, Func<byte[], byte[]> sign)
    {
        var input = $"{Part(header)}.{Part(claims)}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    // Null takes a claim out.
    private static string Part(Dictionary<string, object?> values) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(values.Where(value => value.Value is not null).ToDictionary(StringComparer.Ordinal)));
}
