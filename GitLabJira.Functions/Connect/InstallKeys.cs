using System.Net;
using System.Security.Cryptography;
using GitLabJira.Functions.Jira;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Connect;

public enum InstallKeyAnswer
{
    Found,

    /// <summary>No host knows the key.</summary>
    Unknown,

    /// <summary>A host did not answer, so nobody can say.</summary>
    Unreachable,
}

/// <summary>Finds the public keys that Atlassian signs install tokens with. Which hosts are asked stands in the settings, never in a token.</summary>
public sealed partial class InstallKeys(HttpClient http, InstallKeyCache cache, IOptions<ConnectOptions> options, ILogger<InstallKeys> logger)
{
    private const int SmallestKey = 2048;

    /// <param name="kid">Checked against the pattern before: it becomes part of an address.</param>
    /// <returns>The key as PEM when found.</returns>
    public async Task<(InstallKeyAnswer Answer, string? Pem)> FindAsync(string kid, CancellationToken cancellationToken)
    {
        if (cache.Find(kid) is { } known)
        {
            return (InstallKeyAnswer.Found, known);
        }

        var answer = InstallKeyAnswer.Unknown;

        foreach (var host in options.Value.EffectiveKeyHosts)
        {
            var (found, pem) = await AskAsync(host, kid, cancellationToken);

            if (found is InstallKeyAnswer.Found)
            {
                cache.Keep(kid, pem!);
                return (found, pem);
            }

            if (found is InstallKeyAnswer.Unreachable)
            {
                answer = found;
            }
        }

        return (answer, null);
    }

    private async Task<(InstallKeyAnswer Answer, string? Pem)> AskAsync(Uri host, string kid, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"{host.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(kid)}"), cancellationToken);

            if (response.StatusCode is not HttpStatusCode.OK)
            {
                var answer = (int)response.StatusCode is >= 400 and < 500 and not (408 or 429) ? InstallKeyAnswer.Unknown : InstallKeyAnswer.Unreachable;
                Log.NoKey(logger, host.Host, (int)response.StatusCode);
                return (answer, null);
            }

            var pem = await response.Content.ReadAsStringAsync(cancellationToken);

            if (IsPublicKey(pem))
            {
                return (InstallKeyAnswer.Found, pem);
            }

            Log.NotAKey(logger, host.Host);
            return (InstallKeyAnswer.Unknown, null);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NoAnswer(logger, host.Host, failure.GetType().Name);
            return (InstallKeyAnswer.Unreachable, null);
        }
    }

    private static bool IsPublicKey(string pem)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.KeySize >= SmallestKey;
        }
        catch (Exception invalid) when (invalid is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The key host {Host} answered {Status} to the question for an install key.")]
        public static partial void NoKey(ILogger logger, string host, int status);

        [LoggerMessage(2, LogLevel.Warning, "The key host {Host} answered something that is no public key.")]
        public static partial void NotAKey(ILogger logger, string host);

        [LoggerMessage(3, LogLevel.Warning, "The key host {Host} did not answer: {Failure}.")]
        public static partial void NoAnswer(ILogger logger, string host, string failure);
    }
}
