namespace GitLabJira.Functions.Jira.Installations;

/// <summary>The Jira sites that installed the app. Rows are cached for 30 s; a failed check re-reads once with <c>fresh</c> before it refuses (design 6.10).</summary>
public interface IInstallations
{
    /// <returns>Null when unknown. An uninstalled one is returned with its state.</returns>
    Task<Installation?> FindAsync(string clientKey, bool fresh, CancellationToken cancellationToken);

    /// <summary>As it was within the last minutes: for who hears from Jira when its secret or address is another one. If it does not fit, ask for it fresh.</summary>
    Task<Installation?> RecallAsync(string clientKey, CancellationToken cancellationToken);
}
