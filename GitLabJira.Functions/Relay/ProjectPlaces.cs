using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>Looks where a project is, and has Jira follow: what is not under the link any more goes as a whole, what came or got another address is read.</summary>
/// <remarks>
/// Hooks of groups do not tell of moves at all, system hooks do, and both may come late. So a hook, and any event of a project that is not where the link knows it, only gives rise to a look: GitLab's
/// answer decides, and a second one after the replicas' lag.
/// </remarks>
public sealed class ProjectPlaces(ProjectCache cache, IProjects projects, ILinks links, IProjectArrivals arrivals, IHooks hooks, ISent sent, ILookLog log)
{
    /// <summary>What <see cref="LookRequest.Told"/> says when GitLab told of the project's end. Else one that cannot be seen may only be hidden from us, and stays.</summary>
    public const string Destroyed = "destroyed";

    private const int MostReminders = 24;

    private static readonly TimeSpan FirstReminder = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LastReminder = TimeSpan.FromHours(1);

    private static readonly IReadOnlyList<EntityKind> Kinds = [.. Enum.GetValues<EntityKind>().Where(kind => kind is not EntityKind.Repository)];

    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Repository(turn.Link, request.ProjectId);
        var note = await log.BeginAsync(entity, turn.Publication.Known, cancellationToken);
        turn.Begin(note);
        var sequence = sent.NextSequence(await sent.FindAsync(entity, cancellationToken), Lane.Live);
        var (project, isUnder) = await cache.SeeAsync(turn.Link, request.ProjectId, fresh: true, cancellationToken);

        if (project is not null && isUnder)
        {
            await StayAsync(turn, request, project, cancellationToken);
        }
        else if ((project is not null || request.Told is Destroyed) && await IsShownAsync(turn, request.ProjectId, cancellationToken))
        {
            if (project is null || !await IsOfAnotherLinkAsync(turn.Link, project, cancellationToken))
            {
                turn.Add(EntityChanges.Deletion(turn.Publication, entity, sequence, fromRead: project is not null));
            }

            await hooks.RemoveProjectHookAsync(turn.Link, request.ProjectId, cancellationToken);
            await projects.RemoveAsync(turn.Link.Id, request.ProjectId, cancellationToken);
        }

        if (request.Stage < Settling.LastStage)
        {
            // The read may be from before the move, and what others are about to send from before they know of it.
            turn.LookAgain(request with { Stage = Settling.LastStage, ReadFrom = (note.Begun + Settling.Settled).ToUnixTimeMilliseconds() }, Settling.Settled);
        }
    }

    private async Task StayAsync(Turn turn, LookRequest request, GitLabProject project, CancellationToken cancellationToken)
    {
        if (await arrivals.ReadAsync(turn.Link, project, cancellationToken) || request.Reminders >= MostReminders)
        {
            return;
        }

        var wait = FirstReminder * Math.Pow(2, request.Reminders);
        turn.LookAgain(request with { Stage = Settling.LastStage, ReadFrom = 0, Reminders = request.Reminders + 1 }, wait < LastReminder ? wait : LastReminder);
    }

    /// <summary>From one linked group to another of the same site: Jira knows the repository by the project alone, so it is the other link's now, which reads it anew.</summary>
    private async Task<bool> IsOfAnotherLinkAsync(Link link, GitLabProject project, CancellationToken cancellationToken) =>
        await links.ListAsync(link.ClientKey, cancellationToken).AnyAsync(
            other => other.Id != link.Id
                && other.State is not LinkState.Unlinking
                && other.InstallationEpoch == link.InstallationEpoch
                && GitLabHosts.Same(other.Host, link.Host)
                && GroupPaths.IsBelow(project.PathWithNamespace, other.GroupPath)
                && !other.Settings.LeavesOut(project),
            cancellationToken);

    /// <summary>A system hook tells of projects that never were under the link: Jira has nothing of them.</summary>
    private async Task<bool> IsShownAsync(Turn turn, long projectId, CancellationToken cancellationToken)
    {
        if (await projects.FindAsync(turn.Link.Id, projectId, cancellationToken) is not null)
        {
            return true;
        }

        foreach (var kind in Kinds)
        {
            if (await sent.ListAsync(turn.Link.Id, projectId, kind, cancellationToken).AnyAsync(cancellationToken))
            {
                return true;
            }
        }

        return false;
    }
}
