using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>The project that entities hang on: asked for with every event, changed hardly ever.</summary>
public sealed class ProjectCache(IGrantAccess grants, IGitLabReader reader, TimeProvider clock)
{
    private readonly RowCache<GitLabProject> _projects = new(clock);

    /// <param name="fresh">Asks GitLab in any case.</param>
    /// <returns>Null when the link's grants do not show the project.</returns>
    public Task<GitLabProject?> FindAsync(Link link, long projectId, bool fresh, CancellationToken cancellationToken) =>
        _projects.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"{link.Id:N} {projectId}"),
            fresh,
            token => ReadAsync(link, projectId, token),
            cancellationToken);

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
