namespace GitLabJira.Functions.GitLab.Links;

/// <summary>The last steps of a link's life, taken by the clean-up.</summary>
public interface ILinkRemoval
{
    /// <summary>Puts the link into <see cref="LinkState.Unlinking"/> with a new epoch and its index row into a tombstone, as unlinking does. Leaves a link alone that is unlinking already.</summary>
    /// <returns>The row as it stands now; null when it is gone.</returns>
    Task<Link?> BeginAsync(string clientKey, Guid linkId, string reason, CancellationToken cancellationToken);

    /// <summary>Removes the link's row and what hangs on it (hook secrets), if it is still <see cref="LinkState.Unlinking"/> in the epoch of <paramref name="link"/>, and lets waiting links of the same group go on. The tombstone in the index stays for its 30 days.</summary>
    Task RemoveAsync(Link link, CancellationToken cancellationToken);
}
