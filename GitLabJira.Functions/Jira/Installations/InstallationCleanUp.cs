using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Functions.Jira.Installations;

/// <summary>How the clean-up after an uninstall is named and started.</summary>
public static class InstallationCleanUp
{
    /// <summary>Name of the orchestration in <c>CleanUp/</c>.</summary>
    public const string Orchestration = "CleanUpInstallation";

    /// <summary>One instance per site and epoch. The tenant's name is hashed: instance ids have rules of their own.</summary>
    public static string InstanceId(string clientKey, int epoch) =>
        $"cleanup-site-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clientKey)).AsSpan(0, 16))}-{epoch}";
}

/// <summary>Input of the orchestration; each generation carries it on.</summary>
public sealed record InstallationCleanUpInput
{
    public required string ClientKey { get; init; }

    /// <summary>The epoch that ended; what a newer install wrote is left alone.</summary>
    public required int Epoch { get; init; }

    /// <summary>When Jira issued the uninstall, in Unix seconds.</summary>
    public required long UninstalledAt { get; init; }

    /// <summary>How far a generation came; the next one carries on after it.</summary>
    public Guid? LastLinkId { get; init; }

    /// <summary>Everything was cleaned up once; this is the look for what came in at the last moment.</summary>
    public bool SecondLook { get; init; }
}
