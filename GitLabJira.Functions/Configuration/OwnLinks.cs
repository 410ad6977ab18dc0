using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Configuration;

/// <summary>The links that a user may see: of his own installation, living. An id of another site is an unknown one.</summary>
public sealed class OwnLinks(ILinks links)
{
    internal static Refusal NotFound { get; } = new(StatusCodes.Status404NotFound, Reasons.LinkNotFound, "This group is not linked.");

    public async Task<Link?> FindAsync(PageUser user, Guid linkId, CancellationToken cancellationToken) =>
        await links.GetAsync(user.Installation.ClientKey, linkId, cancellationToken) is { State: not LinkState.Unlinking } link && link.InstallationEpoch == user.Installation.Epoch
            ? link
            : null;
}
