namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Which link keeps a group from being linked; the page shows it beforehand, and linking checks it once more.</summary>
public static class LinkConflicts
{
    /// <param name="installationEpoch">The present one. Links of an earlier one are about to be removed, though their clean-up may not have reached them yet.</param>
    /// <param name="links">The links of the installation on the group's host.</param>
    /// <returns>Null when nothing is in the way.</returns>
    public static (LinkAdditionOutcome Outcome, Link Other)? Of(long groupId, string groupPath, int installationEpoch, IReadOnlyCollection<Link> links)
    {
        List<Link> living = [.. links.Where(link => link.State is not LinkState.Unlinking && link.InstallationEpoch == installationEpoch)];

        if (living.Find(link => link.GroupId == groupId) is { } same)
        {
            return (LinkAdditionOutcome.AlreadyLinked, same);
        }

        if (living.Find(link => GroupPaths.IsBelow(groupPath, link.GroupPath)) is { } above)
        {
            return (LinkAdditionOutcome.Covered, above);
        }

        return links.Except(living).FirstOrDefault(link => link.GroupId == groupId || GroupPaths.IsBelow(groupPath, link.GroupPath) || GroupPaths.IsBelow(link.GroupPath, groupPath)) is { } related
            ? (LinkAdditionOutcome.CleanUpRunning, related)
            : null;
    }
}
