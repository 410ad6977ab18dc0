using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>What the end or the move of a project or subgroup means: what is not under the link any more goes from Jira as a whole. What comes is shown with its first push.</summary>
public sealed class ProjectTranslation(ProjectCache cache, IProjects projects, ISent sent, ILinks links)
{
    public async Task HookAsync(Turn turn, ProjectHook hook, CancellationToken cancellationToken)
    {
        if (hook.Event is ProjectEvent.Destroyed or ProjectEvent.Transferred)
        {
            await RemoveIfGoneAsync(turn, hook.ProjectId, isTold: hook.Event is ProjectEvent.Destroyed, cancellationToken);
        }
    }

    public async Task HookAsync(Turn turn, GroupHook hook, CancellationToken cancellationToken)
    {
        if (hook is not { Event: GroupEvent.Destroyed, Path: { } path })
        {
            return;
        }

        await foreach (var project in projects.ListAsync(turn.Link.Id, cancellationToken))
        {
            if (GroupPaths.IsBelow(project.Path, path))
            {
                await RemoveIfGoneAsync(turn, project.ProjectId, isTold: true, cancellationToken);
            }
        }
    }

    /// <summary>Takes an excluded project out of Jira. Whether it is excluded says the link's row of now, which this process may have read before the change.</summary>
    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(turn.Link.Id, fresh: true, cancellationToken) is (LinkLookup.Known, { } link) && link.Settings.Excludes(request.ProjectId))
        {
            var entity = EntityRefs.Repository(link, request.ProjectId);
            turn.Add(EntityChanges.Deletion(turn.Publication, entity, await sent.NextSequenceAsync(entity, Lane.Live, cancellationToken), fromRead: true));
        }
    }

    /// <param name="isTold">GitLab says that it is gone. Else one that cannot be seen may only be hidden from us, and stays.</param>
    private async Task RemoveIfGoneAsync(Turn turn, long projectId, bool isTold, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Repository(turn.Link, projectId);
        var sequence = await sent.NextSequenceAsync(entity, Lane.Live, cancellationToken);
        var project = await cache.FindAsync(turn.Link, projectId, fresh: true, cancellationToken);

        if (project is null ? isTold : !GroupPaths.IsBelow(project.PathWithNamespace, turn.Link.GroupPath))
        {
            turn.Add(EntityChanges.Deletion(turn.Publication, entity, sequence, fromRead: project is not null));
        }
    }
}
