using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>Signs as GitLab does (Standard Webhooks).</summary>
internal static class SignedHeaders
{
    public const string Id = "f5a1c1f0-9a4e-4a4e-8b6d-0a8f0a8f0a8f";

    public static string NewKey() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static string Sign(string key, string id, string time, byte[] body)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key["whsec_".Length..]), content));
    }

    public static HeaderDictionary Of(string key, byte[] body, DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        return new HeaderDictionary
        {
            ["webhook-id"] = Id,
            ["webhook-timestamp"] = seconds,
            ["webhook-signature"] = Sign(key, Id, seconds, body),
        };
    }
}
