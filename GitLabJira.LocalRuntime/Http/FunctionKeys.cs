using System.Security.Cryptography;
using System.Text;
using GitLabJira.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Http;

/// <summary>
/// Checks function keys. They come from the settings <c>Functions:Keys:default</c> (every function), <c>Functions:Keys:{function}</c> and
/// <c>Functions:Keys:_master</c> (everything); one that is not set cannot be guessed, so nobody gets in with it.
/// </summary>
internal sealed class FunctionKeys(HostSettings settings)
{
    private readonly string _unknown = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public bool Allows(HttpRequest request, string function, AuthorizationLevel level)
    {
        if (level is AuthorizationLevel.Anonymous)
        {
            return true;
        }

        // The header wins, as in the real host.
        var presented = request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString();

        return Matches(presented, "_master")
            || (level is AuthorizationLevel.Function && (Matches(presented, "default") || Matches(presented, function)));
    }

    private bool Matches(string presented, string key)
    {
        // Digests have one length, so timing says nothing about the key.
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes(settings[$"Functions:Keys:{key}"] ?? _unknown));
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), expected);
    }
}
