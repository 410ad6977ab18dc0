namespace GitLabJira.Functions.Jira.Installations;

/// <summary>Decides what a lifecycle call makes of an installation. <c>installed</c> comes for upgrades, rotated secrets, renames and retries as well as for installs, and late.</summary>
public static class InstallationRules
{
    /// <param name="row">Null when the site is new.</param>
    /// <returns>Null when the call is older than what is stored: nothing changes.</returns>
    public static InstallationRow? Install(InstallationRow? row, LifecycleCall call, Uri gitLabHost)
    {
        if (row is not null && call.IssuedAt < row.IssuedAt)
        {
            return null;
        }

        var again = row is { State: InstallationState.Installed };

        return new InstallationRow
        {
            BaseUrl = call.BaseUrl,
            DisplayUrl = call.DisplayUrl,
            CloudId = call.CloudId ?? row?.CloudId,
            State = InstallationState.Installed,
            Epoch = again ? row!.Epoch : (row?.Epoch ?? 0) + 1,

            // A site that comes back starts as a new one.
            GitLabHost = again ? row!.GitLabHost : gitLabHost,
            IssuedAt = call.IssuedAt,
            CleanUpEpoch = row?.CleanUpEpoch ?? 0,
        };
    }

    /// <summary>Whether an uninstall that Jira issued at <paramref name="issuedAt"/> ends the installation, or ended it before.</summary>
    public static LifecycleOutcome Uninstall(InstallationRow? row, DateTimeOffset issuedAt) => row switch
    {
        null => LifecycleOutcome.Unknown,
        { State: InstallationState.Uninstalled } => LifecycleOutcome.Repeated,
        _ when issuedAt < row.IssuedAt => LifecycleOutcome.Outdated,
        _ => LifecycleOutcome.Applied,
    };

    /// <summary>What is left of an installation: enough that a later install gets a new epoch, and that late calls are known as such, and that nobody forgets to clean up.</summary>
    public static InstallationRow Ended(InstallationRow row, DateTimeOffset issuedAt) =>
        row with { State = InstallationState.Uninstalled, DisplayUrl = null, IssuedAt = issuedAt, CleanUpEpoch = row.Epoch };
}
