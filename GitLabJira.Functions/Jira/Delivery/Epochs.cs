using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Work of an older link or installation is dropped (design 6.13).</summary>
public static class Epochs
{
    /// <param name="link">As it stands now; null when it is gone.</param>
    /// <param name="epoch">Epoch of the link when the work was made.</param>
    public static bool IsCurrent(Link? link, int epoch, Installation? installation) =>
        link is not null
        && link.Epoch == epoch
        && link.State is not LinkState.Unlinking
        && installation is { State: InstallationState.Installed }
        && string.Equals(link.ClientKey, installation.ClientKey, StringComparison.Ordinal)
        && link.InstallationEpoch == installation.Epoch;
}
