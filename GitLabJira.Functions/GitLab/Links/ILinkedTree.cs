namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Which projects lie under a link's group. Paths are what GitLab tells with everything, but groups are renamed and moved without a word: before a project counts as outside, the group is asked for its own path.</summary>
public interface ILinkedTree
{
    /// <param name="projectPath">Full path, as GitLab shows it now.</param>
    /// <exception cref="GitLabRequestException">GitLab does not tell the group's path just now, or does not show the group.</exception>
    Task<bool> ContainsAsync(Link link, string projectPath, CancellationToken cancellationToken);

    /// <summary>Asks GitLab for the group's path and keeps it in the link's row.</summary>
    /// <returns>True when it was another.</returns>
    /// <exception cref="GitLabRequestException">GitLab does not tell the group's path just now, or does not show the group.</exception>
    Task<bool> RefreshAsync(Link link, CancellationToken cancellationToken);
}

/// <summary>A project is not under the link's group any more: whatever was asked about it goes nowhere.</summary>
public sealed class ProjectElsewhereException(Guid linkId, long projectId) : Exception($"Project {projectId} is not under the group of link {linkId:N}.")
{
    public Guid LinkId { get; } = linkId;

    public long ProjectId { get; } = projectId;
}
