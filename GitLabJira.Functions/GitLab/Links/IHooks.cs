namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Places and removes a link's hooks in GitLab.</summary>
public interface IHooks
{
    /// <summary>For links with hooks per project: makes sure that the project carries this link's hook (lists and adopts before it creates). Called ahead of the project's first read, so that nothing falls between.</summary>
    Task EnsureProjectHookAsync(Link link, long projectId, CancellationToken cancellationToken);

    /// <summary>For links with hooks per project: takes this link's hook off a project that is not under the link any more, as far as a grant allows.</summary>
    Task RemoveProjectHookAsync(Link link, long projectId, CancellationToken cancellationToken);

    /// <summary>Removes the group hook or all project hooks of the link, as far as a grant allows; missing ones count as removed.</summary>
    Task RemoveAsync(Link link, CancellationToken cancellationToken);
}
