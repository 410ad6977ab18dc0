using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, Task<GitLabProject?>> _reading = new(StringComparer.Ordinal);

    /// <param name="fresh">Asks GitLab in any case.</param>
    /// <returns>Null when the link's grants do not show the project.</returns>
    /// <exception cref="ProjectElsewhereException">It is not under the link's group (any more): nothing of it may go to the link's site.</exception>
    public async Task<GitLabProject?> FindAsync(Link link, long projectId, bool fresh, CancellationToken cancellationToken) =>
        await SeeAsync(link, projectId, fresh, cancellationToken) switch
        {
            (null, _) => null,
            ({ } project, true) => project,
            _ => throw new ProjectElsewhereException(link.Id, projectId),
        };

    /// <summary>Where a project is.</summary>
    /// <returns>The project, null when the link's grants do not show it; and whether it is under the link's group.</returns>
    public async Task<(GitLabProject? Project, bool IsUnderLink)> SeeAsync(Link link, long projectId, bool fresh, CancellationToken cancellationToken)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{link.Id:N} {projectId}");
        var project = await _projects.GetAsync(
            key,
            fresh,
            token => fresh ? ReadAsync(link, projectId, token) : ShareAsync(key, () => ReadAsync(link, projectId, token), token),
            cancellationToken);

        return (project, project is not null && await tree.ContainsAsync(link, project.PathWithNamespace, cancellationToken));
    }

    /// <summary>Events come in bursts, a merge with two at a time: who needs what is being read waits for it. Not for what has to be fresh, which must begin after it was asked for.</summary>
    private async Task<GitLabProject?> ShareAsync(string key, Func<Task<GitLabProject?>> read, CancellationToken cancellationToken)
    {
        var own = new TaskCompletionSource<GitLabProject?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var standing = _reading.GetOrAdd(key, own.Task);

        if (standing != own.Task)
        {
            try
            {
                return await standing.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Whoever read was stopped.
                return await read();
            }
        }

        try
        {
            var project = await read();
            own.SetResult(project);
            return project;
        }
        catch (OperationCanceledException)
        {
            own.SetCanceled(CancellationToken.None);
            throw;
        }
        catch (Exception exception)
        {
            // Thrown here as well; that nobody else waits is no fault.
            own.SetException(exception);
            _ = own.Task.Exception;
            throw;
        }
        finally
        {
            _reading.TryRemove(key, out _);
        }
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
