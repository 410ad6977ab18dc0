using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>What the end, the move or another name of a project or group means. A project that is made is shown with its first event.</summary>
public sealed class ProjectTranslation(ProjectPlaces places, IProjects projects, IProjectArrivals arrivals, ILinkedTree tree, ILinks links, ISent sent)
{
    public Task HookAsync(Turn turn, ProjectHook hook, CancellationToken cancellationToken) =>
        hook.Event is ProjectEvent.Created ? Task.CompletedTask : LookAsync(turn, hook.ProjectId, hook.Event is ProjectEvent.Destroyed, cancellationToken);

    public Task HookAsync(Turn turn, GroupHook hook, CancellationToken cancellationToken) => hook switch
    {
        { Event: GroupEvent.Destroyed, Path: { } path } => DestroyedAsync(turn, path, cancellationToken),
        { Event: GroupEvent.Renamed } => RenamedAsync(turn, hook, cancellationToken),
        _ => Task.CompletedTask,
    };

    /// <summary>Takes an excluded project out of Jira, and lets any other be where GitLab shows it. Whether it is excluded says the link's row of now, which this process may have read before the change.</summary>
    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(turn.Link.Id, fresh: true, cancellationToken) is (LinkLookup.Known, { } link) && link.Settings.Excludes(request.ProjectId))
        {
            var entity = EntityRefs.Repository(link, request.ProjectId);
            turn.Add(EntityChanges.Deletion(turn.Publication, entity, sent.NextSequence(await sent.FindAsync(entity, cancellationToken), Lane.Live), fromRead: true));
            return;
        }

        await places.LookAsync(turn, request, cancellationToken);
    }

    private async Task DestroyedAsync(Turn turn, string path, CancellationToken cancellationToken)
    {
        await foreach (var project in projects.ListAsync(turn.Link.Id, cancellationToken))
        {
            if (GroupPaths.IsBelow(project.Path, path))
            {
                await LookAsync(turn, project.ProjectId, isDestroyed: true, cancellationToken);
            }
        }
    }

    /// <summary>A name in the path of many projects: all of them have another address, and so has what hangs on them.</summary>
    private async Task RenamedAsync(Turn turn, GroupHook hook, CancellationToken cancellationToken)
    {
        var changed = await tree.RefreshAsync(turn.Link, cancellationToken);

        if (changed || hook.GroupId == turn.Link.GroupId || await HasBelowAsync(turn, hook.OldPath, cancellationToken))
        {
            await arrivals.ReadAllAsync(turn.Link, cancellationToken);
        }
    }

    private async Task<bool> HasBelowAsync(Turn turn, string? path, CancellationToken cancellationToken) =>
        path is not null && await projects.ListAsync(turn.Link.Id, cancellationToken).AnyAsync(project => GroupPaths.IsBelow(project.Path, path), cancellationToken);

    private Task LookAsync(Turn turn, long projectId, bool isDestroyed, CancellationToken cancellationToken) =>
        places.LookAsync(turn, LookRequest.At(EntityRefs.Repository(turn.Link, projectId)) with { Told = isDestroyed ? ProjectPlaces.Destroyed : null }, cancellationToken);
}
