namespace GitLabJira.Functions.Jira.Installations;

/// <summary>What a verified lifecycle call did.</summary>
public enum LifecycleOutcome
{
    Applied,

    /// <summary>The very same call came before.</summary>
    Repeated,

    /// <summary>The token came before with another body: refuse.</summary>
    TokenReused,

    /// <summary>Something newer was applied already.</summary>
    Outdated,

    /// <summary>An uninstall of a site that never installed the app.</summary>
    Unknown,
}

/// <summary>Writes what Jira's lifecycle calls say (design 5 and 8, Install). Each call is applied once, in the order in which Jira issued it.</summary>
public interface IInstallationStore
{
    Task<LifecycleOutcome> InstallAsync(LifecycleCall call, CancellationToken cancellationToken);

    /// <summary>What <see cref="UninstallAsync"/> would do, and the epoch that it would end: the clean-up is scheduled before the row changes, so that a crash between the two loses nothing.</summary>
    Task<(LifecycleOutcome Outcome, int Epoch)> JudgeUninstallAsync(LifecycleCall call, CancellationToken cancellationToken);

    Task<LifecycleOutcome> UninstallAsync(LifecycleCall call, CancellationToken cancellationToken);

    /// <summary>Ends the epoch unless a newer install came, and tells whether it has ended. Idempotent; the clean-up's first step.</summary>
    Task<bool> EndAsync(string clientKey, int epoch, DateTimeOffset uninstalledAt, CancellationToken cancellationToken);

    /// <summary>Every tenant identity that was seen on a cloud id. A site import gives a site a new one; a site admin may then move the links.</summary>
    Task<IReadOnlyList<string>> SameSiteAsync(string cloudId, CancellationToken cancellationToken);
}
