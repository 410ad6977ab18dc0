using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>The project that entities hang on: asked for with every event, changed hardly ever.</summary>
public sealed class ProjectCache(IGrantAccess grants, IGitLabReader reader, ILinkedTree tree, TimeProvider clock)
{
    private readonly RowCache<GitLabProject> _projects = new(clock);

    /// <param name="fresh">Asks GitLab in any case.</param>
    /// <returns>Null when the link's grants do not show the project.</returns>
    /// <exception cref="ProjectElsewhereException">It is not under the link's group (any more), or left out: nothing of it may go to the link's site.</exception>
    public async Task<GitLabProject?> FindAsync(Link link, long projectId, bool fresh, CancellationToken cancellationToken) =>
        await SeeAsync(link, projectId, fresh, cancellationToken) switch
        {
            (null, _) => null,
            ({ } project, true) => project,
            _ => throw new ProjectElsewhereException(link.Id, projectId),
        };

    /// <summary>Where a project is.</summary>
    /// <returns>The project, null when the link's grants do not show it; and whether it is under the link's group, and not left out by its settings.</returns>
    public async Task<(GitLabProject? Project, bool IsUnderLink)> SeeAsync(Link link, long projectId, bool fresh, CancellationToken cancellationToken)
    {
        var project = await _projects.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"{link.Id:N} {projectId}"),
            fresh,
            token => ReadAsync(link, projectId, token),
            cancellationToken);

        // One that the settings leave out is outside, so whatever Jira has of it goes as when it is moved away.
        return (project, project is not null && !link.Settings.LeavesOut(project) && await tree.ContainsAsync(link, project.PathWithNamespace, cancellationToken));
    }

    private async Task<GitLabProject?> ReadAsync(Link link, long projectId, CancellationToken cancellationToken)
    {
        try
        {
            return await grants.CallAsync(link, (access, token) => reader.ProjectAsync(access, projectId, token), cancellationToken);
        }
        catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound)
        {
            return null;
        }
    }
}
