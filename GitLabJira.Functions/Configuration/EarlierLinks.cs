using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Configuration;

/// <summary>The links that a site made under an earlier tenant identity: an import gives a site a new one on the same cloud id, and Jira no longer answers to the old one (design 8, Install).</summary>
public sealed class EarlierLinks(IInstallationStore tenants, IInstallations installations, ILinks links)
{
    /// <returns>Those that still live, parents before what lies below them.</returns>
    public async Task<IReadOnlyList<Link>> OfAsync(Installation site, CancellationToken cancellationToken)
    {
        if (site.CloudId is not { } cloudId)
        {
            return [];
        }

        var found = new List<Link>();

        foreach (var clientKey in await tenants.SameSiteAsync(cloudId, cancellationToken))
        {
            // One that uninstalled the app is cleaned up by itself.
            if (string.Equals(clientKey, site.ClientKey, StringComparison.Ordinal)
                || await installations.FindAsync(clientKey, fresh: false, cancellationToken) is not { State: InstallationState.Installed } earlier)
            {
                continue;
            }

            await foreach (var link in links.ListAsync(clientKey, cancellationToken))
            {
                if (link.State is not LinkState.Unlinking && link.InstallationEpoch == earlier.Epoch)
                {
                    found.Add(link);
                }
            }
        }

        return [.. found.OrderBy(link => link.GroupPath, StringComparer.OrdinalIgnoreCase)];
    }
}
