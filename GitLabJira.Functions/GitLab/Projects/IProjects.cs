namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>A project under a link, as the page and clean-up need it. The initial sync keeps its run's state in the same row.</summary>
/// <param name="WrittenAt">When something was last written about it; null for one that is to be written.</param>
public sealed record LinkedProject(Guid LinkId, long ProjectId, string Path, long? HookId, string? LastResult, DateTimeOffset? WrittenAt = null);

/// <summary>Rows of <c>Projects</c>.</summary>
public interface IProjects
{
    IAsyncEnumerable<LinkedProject> ListAsync(Guid linkId, CancellationToken cancellationToken);

    Task<LinkedProject?> FindAsync(Guid linkId, long projectId, CancellationToken cancellationToken);

    /// <summary>Writes path and hook of a project and leaves the run's state alone.</summary>
    Task SaveAsync(LinkedProject project, CancellationToken cancellationToken);

    /// <summary>Forgets one project, which is not under the link any more.</summary>
    Task RemoveAsync(Guid linkId, long projectId, CancellationToken cancellationToken);

    Task DropAsync(Guid linkId, CancellationToken cancellationToken);
}
