using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;

namespace GitLabJira.Functions.Reconcile;

/// <summary>One project of a round: looked at as a whole when something happened in it, and once a day in any case.</summary>
public sealed class ProjectRound(IHooks hooks, HookChecks checks, IProjects projects, SyncProjectStore syncs, GroupRound group, BranchComparison branches, CiComparison ci, RepairStore states)
{
    /// <summary>GitLab notes a project's activity once an hour at most (its <c>Event#reset_project_activity</c>), so what it notes may be that much older than the last of it.</summary>
    private static readonly TimeSpan ActivityLag = TimeSpan.FromMinutes(65);

    private const int MinutesOfADay = 24 * 60;

    public async Task LookAsync(RoundProgress round, GitLabProject project, ProjectMark mark, CancellationToken cancellationToken)
    {
        // A sync is about to read it.
        if (round.Link.ActiveRunId is { } run
            && await syncs.FindAsync(round.Link.Id, project.Id, cancellationToken) is { IsFinished: false } row
            && string.Equals(row.RunId, run, StringComparison.Ordinal))
        {
            return;
        }

        var seen = new ProjectLook(round, project, mark, IsDaily: IsDailyDue(round, mark));

        if (project.LastActivityAt >= (round.State.LastAt ?? round.Hooked))
        {
            round.NoteActivity();
        }

        if (seen.IsDaily || round.State.HasGap || round.Touched.Contains(project.Id) || project.LastActivityAt >= (mark.LookedAt ?? round.Hooked) - ActivityLag)
        {
            await LookAtAllAsync(seen, cancellationToken);
        }
        else if (mark.HasFlags)
        {
            await ci.LookAtFlagsAsync(seen, cancellationToken);
        }
    }

    private async Task LookAtAllAsync(ProjectLook look, CancellationToken cancellationToken)
    {
        var (round, project) = (look.Round, look.Project);

        if (round.Link.HookKind is HookKind.Project && !project.Archived)
        {
            await LookAtHookAsync(round, project, cancellationToken);
        }

        var heads = project.EmptyRepository ? look.Mark.Heads : await branches.LookAsync(look, cancellationToken);
        var isWhole = await ci.LookAtPipelinesAsync(look, cancellationToken);
        isWhole &= await ci.LookAtDeploymentsAsync(look, cancellationToken);
        var hasFlags = await ci.LookAtFlagsAsync(look, cancellationToken);

        await states.SaveAsync(
            round.Link.Id,
            Looked(look, isWhole) with { HasFlags = hasFlags, MissingSince = null, Heads = heads },
            cancellationToken);
    }

    /// <summary>When more is left than a round asks for, the next one asks since the same time, and its look of the day is due at once: nothing else may happen in the project that would bring it.</summary>
    private static ProjectMark Looked(ProjectLook look, bool isWhole) => isWhole
        ? look.Mark with { LookedAt = look.Round.At, DailyAt = look.IsDaily ? look.Round.At : look.Mark.DailyAt }
        : look.Mark with { LookedAt = look.Mark.LookedAt ?? look.Since, DailyAt = null };

    private async Task LookAtHookAsync(RoundProgress round, GitLabProject project, CancellationToken cancellationToken)
    {
        if (await projects.FindAsync(round.Link.Id, project.Id, cancellationToken) is not { } row)
        {
            // A sync places it.
            return;
        }

        if (row.HookId is null)
        {
            await hooks.EnsureProjectHookAsync(round.Link, project.Id, cancellationToken);
            return;
        }

        var gap = round.State.HasGap;
        await group.NoteHookAsync(round, await checks.OfProjectAsync(round.Link, project.Id, cancellationToken), cancellationToken);

        // This project is looked at anyway; the others have hooks of their own.
        round.State = round.State with { HasGap = gap };
    }

    /// <summary>Each project has its own minute of the day, so that those of a large group do not come together.</summary>
    private static bool IsDailyDue(RoundProgress round, ProjectMark mark)
    {
        var today = new DateTimeOffset(round.At.UtcDateTime.Date, TimeSpan.Zero).AddMinutes(mark.ProjectId * 7_919 % MinutesOfADay);
        var slot = today <= round.At ? today : today.AddDays(-1);
        return (mark.DailyAt ?? round.Hooked) < slot;
    }
}

/// <summary>One look at one project.</summary>
public sealed record ProjectLook(RoundProgress Round, GitLabProject Project, ProjectMark Mark, bool IsDaily)
{
    public Link Link => Round.Link;

    /// <summary>Since when changes may be unknown.</summary>
    public DateTimeOffset Since => Round.From(Mark.LookedAt);
}
