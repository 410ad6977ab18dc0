using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Relay;

/// <summary>Has projects read that came under a link, or got another address there, after its initial sync.</summary>
public interface IProjectArrivals
{
    /// <summary>Whether the project's row says that it is under the link; asked with every event, so kept for a while.</summary>
    Task<bool> IsKnownAsync(Link link, long projectId, CancellationToken cancellationToken);

    /// <summary>Makes a sync read this one project, if none has read it at its present address. Call again until it answers true.</summary>
    /// <returns>True when it has been read.</returns>
    Task<bool> ReadAsync(Link link, GitLabProject project, CancellationToken cancellationToken);

    /// <summary>Makes a sync read all projects of the link, unless one runs.</summary>
    Task ReadAllAsync(Link link, CancellationToken cancellationToken);
}
