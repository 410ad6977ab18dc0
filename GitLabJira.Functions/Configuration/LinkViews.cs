using System.Text.Json;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Configuration;

/// <summary>Shows links: how each stands, why, and what helps.</summary>
public sealed class LinkViews(ISyncRuns runs, SyncProjectStore projects, RepairStore repairs, LinkPulse pulses, LinkerNames linkers)
{
    private const int Runs = 20;

    public async Task<LinkView> OfAsync(Installation site, Link link, CancellationToken cancellationToken)
    {
        var run = await RunAsync(link, cancellationToken);
        var state = await repairs.FindAsync(link.Id, cancellationToken);
        var health = Health(link, state);
        var status = LinkStatus.Of(link, run, link is { State: LinkState.Active, ActiveRunId: null } && (await projects.FailedAsync(link, cancellationToken)).Count > 0, health.State);
        var pulse = await pulses.FindAsync(link.Id, cancellationToken);

        return new LinkView(
            link.Id,
            link.GroupId,
            link.GroupPath,
            GitLabHosts.Address(link.Host, $"groups/{link.GroupPath}").AbsoluteUri,
            Name(link.State.ToString()),
            link.StateReason,
            Name(link.HookKind.ToString()),
            link.CreatedAt,
            CanUnlink: link.State is not LinkState.Unlinking,
            run is null ? null : RunViews.Short(run),
            state is { LastAt: { } at } ? new ReconcileView(at, state.Repaired) : null)
        {
            Host = GitLabHosts.Name(link.Host),
            Status = status.Status,
            StatusReason = status.Reason,
            Help = status.Help,
            LinkedBy = await linkers.OfAsync(site, link, cancellationToken),
            HookHealth = health,
            LastEventAt = pulse.EventAt,
            LastDeliveryAt = pulse.DeliveryAt,
        };
    }

    /// <summary>The run that goes on, else the last one that was for real.</summary>
    private async Task<SyncRunProgress?> RunAsync(Link link, CancellationToken cancellationToken)
    {
        if (link.State is LinkState.Unlinking or LinkState.Linking)
        {
            return null;
        }

        if (link.ActiveRunId is not { } id)
        {
            // A dry run leaves the page as it was.
            return (await runs.ListAsync(link.Id, Runs, cancellationToken)).FirstOrDefault(run => run.Plan is not { DryRun: true });
        }

        // Named in the row, but not yet begun.
        return await runs.FindAsync(link.Id, id, cancellationToken)
            ?? new SyncRunProgress { LinkId = link.Id, RunId = id, State = SyncRunState.Listing, StartedAt = link.HookedAt ?? link.CreatedAt };
    }

    private static HookHealthView Health(Link link, RepairState? state) => (link.State, state?.Hook) switch
    {
        (LinkState.HookRemoved, _) => new(HookHealthView.Removed, state?.HookAt),
        (_, HookHealth.Works or HookHealth.Revived) => new(HookHealthView.Works, state!.HookAt),
        (_, HookHealth.Off) => new(HookHealthView.Off, state!.HookAt),
        (_, HookHealth.Removed) => new(HookHealthView.Removed, state!.HookAt),
        _ => new(HookHealthView.Unknown, state?.HookAt),
    };

    internal static string Name(string value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value);
}
