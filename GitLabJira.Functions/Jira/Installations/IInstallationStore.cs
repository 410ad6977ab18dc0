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

/// <summary>A site as an operator sees it.</summary>
public sealed record KnownSite(string ClientKey, Uri BaseUrl, InstallationState State, int Epoch);

/// <param name="Epoch">The epoch that ended.</param>
public sealed record DueCleanUp(string ClientKey, int Epoch);

/// <summary>Writes what Jira's lifecycle calls say (design 5 and 8, Install). Each call is applied once, in the order in which Jira issued it.</summary>
public interface IInstallationStore
{
    Task<LifecycleOutcome> InstallAsync(LifecycleCall call, CancellationToken cancellationToken);

    /// <summary>Ends the installation. Its clean-up is due from then on, until <see cref="CleanUpStartedAsync"/> says that it is on its way: no crash loses it, and an install in between begins a new epoch.</summary>
    /// <returns>What the call did, and the epoch that it ended.</returns>
    Task<(LifecycleOutcome Outcome, int Epoch)> UninstallAsync(LifecycleCall call, CancellationToken cancellationToken);

    /// <summary>The clean-ups that are due: a scan, for a timer.</summary>
    IAsyncEnumerable<DueCleanUp> DueCleanUpsAsync(CancellationToken cancellationToken);

    /// <summary>The clean-up of the epoch, and with it of all before, is in durable storage.</summary>
    Task CleanUpStartedAsync(DueCleanUp cleanUp, CancellationToken cancellationToken);

    /// <summary>Chooses the GitLab instance of the next sign-in.</summary>
    /// <returns>False when the installation is not of that epoch any more.</returns>
    Task<bool> ChooseGitLabAsync(string clientKey, int epoch, Uri host, CancellationToken cancellationToken);

    /// <summary>Every tenant identity that was seen on a cloud id. A site import gives a site a new one; a site admin may then move the links.</summary>
    Task<IReadOnlyList<string>> SameSiteAsync(string cloudId, CancellationToken cancellationToken);

    /// <summary>Every site that ever installed the app: a scan.</summary>
    IAsyncEnumerable<KnownSite> ListAsync(CancellationToken cancellationToken);
}
