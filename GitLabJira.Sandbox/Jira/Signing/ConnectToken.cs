using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GitLabJira.Sandbox.Jira.Signing;

/// <summary>A JSON Web Token taken apart (RFC 7515 compact form). Holding one says nothing about its signature.</summary>
public sealed record ConnectToken(JsonElement Header, JsonElement Claims, string SignedText, byte[] Signature)
{
    public string? Algorithm => Text(Header, "alg");

    public string? Issuer => Text(Claims, "iss");

    public string? QueryHash => Text(Claims, "qsh");

    public long? Expires => Number("exp");

    public long? NotBefore => Number("nbf");

    /// <summary>Null when the token names no audience.</summary>
    public IReadOnlyList<string>? Audience => Claims.TryGetProperty("aud", out var aud) switch
    {
        true when aud.ValueKind is JsonValueKind.String => [aud.GetString()!],
        true when aud.ValueKind is JsonValueKind.Array => [.. aud.EnumerateArray().Select(a => a.ToString())],
        true => [],
        false => null,
    };

    public static ConnectToken? TryRead(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            var header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
            var claims = JsonElement.Parse(Base64Url.DecodeFromChars(parts[1]));
            return header.ValueKind is JsonValueKind.Object && claims.ValueKind is JsonValueKind.Object
                ? new(header, claims, $"{parts[0]}.{parts[1]}", Base64Url.DecodeFromChars(parts[2]))
                : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    public bool IsSignedWith(string secret) =>
        Algorithm == "HS256" && CryptographicOperations.FixedTimeEquals(Hmac(SignedText, secret), Signature);

    public static string SignHs256(JsonObject claims, string secret, JsonObject? header = null)
    {
        var text = SignedPart(header ?? new JsonObject { ["typ"] = "JWT", ["alg"] = "HS256" }, claims);
        return $"{text}.{Base64Url.EncodeToString(Hmac(text, secret))}";
    }

    public static string SignRs256(JsonObject claims, RSA key, string keyId, JsonObject? header = null)
    {
        var text = SignedPart(header ?? new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = keyId }, claims);
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>An <c>alg: none</c> token, as an attacker would send it.</summary>
    public static string Unsigned(JsonObject claims, JsonObject? header = null) =>
        SignedPart(header ?? new JsonObject { ["typ"] = "JWT", ["alg"] = "none" }, claims) + ".";

    private static string SignedPart(JsonObject header, JsonObject claims) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";

    private static byte[] Hmac(string text, string secret) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text));

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private long? Number(string name) =>
        Claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
