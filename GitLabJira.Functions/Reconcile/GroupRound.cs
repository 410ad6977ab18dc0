using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Reconcile;

/// <summary>What a round looks at of the group as a whole: the role it lives by, its hook, which projects there are, and which merge requests changed.</summary>
public sealed partial class GroupRound(
    IGrantAccess grants,
    IRoles roles,
    ILinks links,
    ILinkedTree tree,
    HookChecks hooks,
    HookSecretRotation secrets,
    IGitLabReader reader,
    GitLabLists lists,
    IProjects projects,
    SyncRequests syncs,
    RepairStore states,
    IRepairLooks looks,
    ILookLog log,
    ISent sent,
    ILogger<GroupRound> logger)
{
    public const string HookRemoved = "The webhook was removed in GitLab. What changes there is shown late until it is restored.";

    /// <summary>More projects with another address than this are a group's: one sync reads them all.</summary>
    private const int MostSingly = 5;

    /// <exception cref="NoUsableGrantException">Nobody has the role any more.</exception>
    public async Task LookAtLinkAsync(RoundProgress round, CancellationToken cancellationToken)
    {
        if (await roles.CheckLinkerAsync(round.Link, cancellationToken) is RoleCheck.Lost)
        {
            throw new NoUsableGrantException(round.Link.Id);
        }

        if (round.Link.HookKind is HookKind.Group)
        {
            await NoteHookAsync(round, await hooks.OfGroupAsync(round.Link, cancellationToken), cancellationToken);
        }

        // After the look at the hook: the next round writes what this one issues, and finds the link's row as it stands then.
        await secrets.RotateAsync(round.Link, round.State.LastAt, cancellationToken);
    }

    /// <summary>Takes over how a hook stands.</summary>
    public async Task NoteHookAsync(RoundProgress round, HookHealth health, CancellationToken cancellationToken)
    {
        // Where each project has a hook, the worst of a round is what somebody must know of.
        var worst = round.State.HookAt == round.At && Rank(round.State.Hook) > Rank(health) ? round.State.Hook : health;
        round.State = round.State with { Hook = worst, HookAt = round.At };

        switch (health)
        {
            case HookHealth.Removed:
                await SetStateAsync(round.Link, from: LinkState.Active, to: LinkState.HookRemoved, HookRemoved, cancellationToken);
                break;
            case HookHealth.Off:
                Log.Off(logger, round.Link.Id);
                break;
            case HookHealth.Revived:
                Log.Revived(logger, round.Link.Id);
                round.State = round.State with { HasGap = true };
                break;
            case HookHealth.Works when round.Link is { State: LinkState.HookRemoved, HookKind: HookKind.Group }:
                await SetStateAsync(round.Link, from: LinkState.HookRemoved, to: LinkState.Active, reason: null, cancellationToken);
                round.State = round.State with { HasGap = true };
                break;
        }
    }

    /// <summary>All projects of the group, a request per hundred.</summary>
    public async Task<IReadOnlyList<GitLabProject>> ListAsync(Link link, CancellationToken cancellationToken) => await grants
        .PagesAsync<GitLabProject>(link, (access, page, token) => reader.GroupProjectsAsync(access, link.GroupId, page, token), cancellationToken)
        .SelectMany(page => page.Items)
        .ToListAsync(cancellationToken);

    /// <summary>Finds projects that came, went, or got another address: GitLab's hooks tell of none of that but the ends.</summary>
    public async Task LookAtProjectsAsync(RoundProgress round, IReadOnlyList<GitLabProject> listed, CancellationToken cancellationToken)
    {
        var link = round.Link;

        // A sync that runs finds them itself.
        if (link.ActiveRunId is not null)
        {
            return;
        }

        var rows = await projects.ListAsync(link.Id, cancellationToken).ToDictionaryAsync(row => row.ProjectId, cancellationToken: cancellationToken);
        var moved = listed
            .Where(project => !link.Settings.LeavesOut(project) && !(rows.TryGetValue(project.Id, out var row) && string.Equals(row.Path, project.PathWithNamespace, StringComparison.Ordinal)))
            .ToList();

        if (listed.Count > 0 && !listed.Any(project => GroupPaths.IsBelow(project.PathWithNamespace, link.GroupPath)))
        {
            await tree.RefreshAsync(link, cancellationToken);
        }

        if (moved.Count > MostSingly)
        {
            await syncs.TryAsync(link, SyncPlan.First(link.Settings), cancellationToken);
        }
        else
        {
            foreach (var project in moved)
            {
                await AskAsync(round, new RepairLook(EntityRefs.Repository(link, project.Id)), cancellationToken);
            }
        }

        // Archived since, or the settings were changed: what Jira holds of it goes, and its row with that.
        foreach (var project in listed.Where(project => link.Settings.LeavesOut(project) && rows.ContainsKey(project.Id)))
        {
            await AskAsync(round, new RepairLook(EntityRefs.Repository(link, project.Id)), cancellationToken);
        }

        var there = listed.Select(project => project.Id).ToHashSet();
        await LookAtMissingAsync(round, [.. rows.Keys.Where(id => !there.Contains(id))], cancellationToken);
    }

    public async Task LookAtMergeRequestsAsync(RoundProgress round, IReadOnlyList<GitLabProject> listed, CancellationToken cancellationToken)
    {
        var there = listed.Where(project => !round.Link.Settings.LeavesOut(project)).Select(project => project.Id).ToHashSet();
        var changed = grants
            .PagesAsync<GitLabMergeRequest>(round.Link, (access, page, token) => lists.ChangedMergeRequestsAsync(access, round.Link.GroupId, round.Since, page, token), cancellationToken)
            .SelectMany(page => page.Items);

        await foreach (var mergeRequest in changed.Where(mergeRequest => there.Contains(mergeRequest.ProjectId)))
        {
            if (mergeRequest.UpdatedAt >= (round.State.LastAt ?? round.Hooked))
            {
                round.NoteActivity();
            }

            if (await IsUnheardAsync(round.Link, mergeRequest, cancellationToken))
            {
                round.Touched.Add(mergeRequest.ProjectId);
                await AskAsync(round, new RepairLook(EntityRefs.MergeRequest(round.Link, mergeRequest.ProjectId, mergeRequest.Id, mergeRequest.Iid)), cancellationToken);
            }
        }
    }

    public async Task AskAsync(RoundProgress round, RepairLook look, CancellationToken cancellationToken)
    {
        round.Looks++;
        round.NoteActivity();
        await looks.RequestAsync(look, cancellationToken);
    }

    /// <summary>Nobody has looked since it changed last, and it names a key or Jira holds it.</summary>
    private async Task<bool> IsUnheardAsync(Link link, GitLabMergeRequest mergeRequest, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.MergeRequest(link, mergeRequest.ProjectId, mergeRequest.Id, mergeRequest.Iid);

        return (EntityKeys.OfMergeRequest(mergeRequest).For(link).Count > 0 || await sent.FindAsync(entity, cancellationToken) is { Tombstone: false })
            && !(await log.LastJudgedAsync(entity, cancellationToken) >= mergeRequest.UpdatedAt);
    }

    /// <summary>A project that was moved out shows where it is. One that cannot be seen at all may be hidden for a moment; when the next round misses it still, it is no more.</summary>
    private async Task LookAtMissingAsync(RoundProgress round, IReadOnlyList<long> missing, CancellationToken cancellationToken)
    {
        var marks = await states.MarksAsync(round.Link.Id, cancellationToken);

        foreach (var id in missing)
        {
            var mark = marks.GetValueOrDefault(id) ?? new ProjectMark(id);
            await AskAsync(round, new RepairLook(EntityRefs.Repository(round.Link, id)) { IsGone = mark.MissingSince < round.At }, cancellationToken);
            await states.SaveAsync(round.Link.Id, mark with { MissingSince = mark.MissingSince ?? round.At }, cancellationToken);
        }

        // What has a mark but no row is not the link's any more.
        foreach (var mark in marks.Values.Where(mark => mark.MissingSince < round.At && !missing.Contains(mark.ProjectId)))
        {
            await states.RemoveAsync(round.Link.Id, mark.ProjectId, cancellationToken);
        }
    }

    private static int Rank(HookHealth? health) => health switch
    {
        HookHealth.Removed => 4,
        HookHealth.Off => 3,
        HookHealth.Unknown => 2,
        HookHealth.Revived => 1,
        _ => 0,
    };

    private async Task SetStateAsync(Link link, LinkState from, LinkState to, string? reason, CancellationToken cancellationToken)
    {
        var changed = false;
        await links.UpdateAsync(link.ClientKey, link.Id, row => (changed = row.State == from) ? row with { State = to, StateReason = reason } : null, cancellationToken);

        if (changed)
        {
            Log.State(logger, link.Id, to);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "GitLab has switched off the hook of link {LinkId}, and a test call failed.")]
        public static partial void Off(ILogger logger, Guid linkId);

        [LoggerMessage(2, LogLevel.Warning, "GitLab had switched off the hook of link {LinkId}; a test call has brought it back. What it did not tell is looked at.")]
        public static partial void Revived(ILogger logger, Guid linkId);

        [LoggerMessage(3, LogLevel.Warning, "Link {LinkId} is {State} now.")]
        public static partial void State(ILogger logger, Guid linkId, LinkState state);
    }
}
