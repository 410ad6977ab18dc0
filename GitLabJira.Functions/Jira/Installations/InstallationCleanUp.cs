using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.Hosting;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Jira.Installations;

/// <summary>How the clean-up after an uninstall is named and started.</summary>
public static class InstallationCleanUp
{
    /// <summary>Name of the orchestration in <c>CleanUp/</c>.</summary>
    public const string Orchestration = "CleanUpInstallation";

    /// <summary>One instance per site and epoch. The tenant's name is hashed: instance ids have rules of their own.</summary>
    public static string InstanceId(string clientKey, int epoch) =>
        $"cleanup-site-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clientKey)).AsSpan(0, 16))}-{epoch}";

    /// <summary>Starts the clean-up, unless it was started, and notes that it is on its way.</summary>
    public static async Task StartAsync(DurableTaskClient durable, IInstallationStore installations, DueCleanUp cleanUp, CancellationToken cancellationToken)
    {
        var input = new InstallationCleanUpInput { ClientKey = cleanUp.ClientKey, Epoch = cleanUp.Epoch };
        await durable.EnsureStartedAsync(Orchestration, InstanceId(cleanUp.ClientKey, cleanUp.Epoch), input, cancellationToken);
        await installations.CleanUpStartedAsync(cleanUp, cancellationToken);
    }
}

/// <summary>Input of the orchestration; each generation carries it on.</summary>
public sealed record InstallationCleanUpInput
{
    public required string ClientKey { get; init; }

    /// <summary>The epoch that ended; what a newer install wrote is left alone.</summary>
    public required int Epoch { get; init; }

    /// <summary>How far a generation came; the next one carries on after it.</summary>
    public Guid? LastLinkId { get; init; }

    /// <summary>Everything was cleaned up once; this is the look for what came in at the last moment.</summary>
    public bool SecondLook { get; init; }
}
