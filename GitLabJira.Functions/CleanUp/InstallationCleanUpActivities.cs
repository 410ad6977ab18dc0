using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.CleanUp;

/// <param name="LastLinkId">Where the next batch begins; null when there was nothing left.</param>
public sealed record LinkCleanUpBatch(IReadOnlyList<LinkCleanUpInput> Links, Guid? LastLinkId);

/// <summary>The steps of <see cref="CleanUpInstallation"/>. They touch what was written under the epoch that ended and under earlier ones, nothing newer.</summary>
public sealed class InstallationCleanUpActivities(ILinks links, ILinkRemoval removal, IGrants grants, IJiraCleanUp jira)
{
    private const int LinksAtOnce = 20;

    /// <summary>Turns the next links into unlinking ones.</summary>
    [Function(nameof(BeginLinkCleanUps))]
    public async Task<LinkCleanUpBatch> BeginLinkCleanUps([ActivityTrigger] InstallationCleanUpInput input, CancellationToken cancellationToken)
    {
        var begun = new List<LinkCleanUpInput>();

        // By id: a link whose clean-up failed is passed over instead of tried for ever.
        var next = await links.ListAsync(input.ClientKey, cancellationToken)
            .Where(link => link.InstallationEpoch <= input.Epoch && (input.LastLinkId is not { } last || link.Id.CompareTo(last) > 0))
            .OrderBy(link => link.Id)
            .Take(LinksAtOnce)
            .ToListAsync(cancellationToken);

        foreach (var link in next)
        {
            if (await removal.BeginAsync(input.ClientKey, link.Id, "The app was uninstalled.", cancellationToken) is { } unlinking)
            {
                begun.Add(new LinkCleanUpInput { ClientKey = input.ClientKey, LinkId = unlinking.Id, Epoch = unlinking.Epoch, InstallationGone = true });
            }
        }

        return new LinkCleanUpBatch(begun, next.Count > 0 ? next[^1].Id : null);
    }

    [Function(nameof(RevokeGrants))]
    public Task RevokeGrants([ActivityTrigger] InstallationCleanUpInput input, CancellationToken cancellationToken) =>
        grants.RevokeAllAsync(input.ClientKey, input.Epoch, cancellationToken);

    [Function(nameof(DropSite))]
    public Task DropSite([ActivityTrigger] InstallationCleanUpInput input, CancellationToken cancellationToken) =>
        jira.DropSiteAsync(input.ClientKey, input.Epoch, cancellationToken);
}
