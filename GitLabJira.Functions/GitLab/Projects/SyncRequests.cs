using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>Asks for a run besides the first one of a link: the plan before the run's place in the link's row. Whatever a crash leaves, no run reads by another plan, and a timer starts what stands in the row.</summary>
public sealed class SyncRequests(ILinks links, ISyncRuns runs, TimeProvider clock)
{
    /// <summary>Webhooks of what is older have been dealt with, or never come: it was made elsewhere.</summary>
    private static readonly TimeSpan WebhooksWithin = TimeSpan.FromMinutes(10);

    /// <returns>The run's id, null when the link has no place for it; and the link's row as it stands then, null when there is none.</returns>
    public async Task<(string? RunId, Link? Standing)> TryAsync(Link link, SyncPlan plan, CancellationToken cancellationToken)
    {
        var run = Guid.NewGuid().ToString("N");
        await runs.PlanAsync(link.Id, run, plan with { SettledBefore = clock.GetUtcNow() - WebhooksWithin }, cancellationToken);

        var standing = await links.UpdateAsync(
            link.ClientKey,
            link.Id,
            row => row.ActiveRunId is null && row.Epoch == link.Epoch && row.State is not (LinkState.Unlinking or LinkState.Linking) ? row with { ActiveRunId = run } : null,
            cancellationToken);

        if (string.Equals(standing?.ActiveRunId, run, StringComparison.Ordinal))
        {
            return (run, standing);
        }

        await runs.WithdrawAsync(link.Id, run, cancellationToken);
        return (null, standing);
    }
}
