using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>Proof key for code exchange, S256 (RFC 7636).</summary>
public static class Pkce
{
    /// <summary>43 characters with 256 bits of chance.</summary>
    public static string NewVerifier() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
