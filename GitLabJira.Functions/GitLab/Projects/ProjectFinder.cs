using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>Finds a project that a person named, under one link.</summary>
public sealed class ProjectFinder(IGrantAccess grants, GitLabClient client)
{
    /// <param name="link">Under whose group it must lie.</param>
    /// <param name="idOrPath">Number, or full path.</param>
    /// <returns>Null when there is none there that the link's grants show.</returns>
    /// <exception cref="NoUsableGrantException">Nobody who may read the group is signed in.</exception>
    /// <exception cref="GitLabRequestException">GitLab does not say.</exception>
    public async Task<NamedProject?> FindAsync(Link link, string idOrPath, CancellationToken cancellationToken)
    {
        try
        {
            var wire = await grants.CallAsync(
                link, (access, token) => client.FindAsync(access, $"projects/{Uri.EscapeDataString(idOrPath)}", GitLabJson.Default.ProjectWire, token), cancellationToken);

            return wire is { Id: { } id, PathWithNamespace: { } path } && GroupPaths.IsBelow(path, link.GroupPath) ? new NamedProject(id, path) : null;
        }
        catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.Forbidden)
        {
            return null;
        }
    }
}
