using System.Text.Json;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.Configuration;

/// <summary>Shows links with the progress of their sync.</summary>
public sealed class LinkViews(ISyncRuns runs, RepairStore repairs)
{
    private const int Runs = 20;

    public async Task<LinkView> OfAsync(Link link, CancellationToken cancellationToken) => new(
        link.Id,
        link.GroupId,
        link.GroupPath,
        GitLabHosts.Address(link.Host, $"groups/{link.GroupPath}").AbsoluteUri,
        Name(link.State.ToString()),
        link.StateReason,
        Name(link.HookKind.ToString()),
        link.CreatedAt,
        CanUnlink: link.State is not LinkState.Unlinking,
        await SyncAsync(link, cancellationToken),
        await repairs.FindAsync(link.Id, cancellationToken) is { LastAt: { } at } state ? new ReconcileView(at, state.Repaired) : null);

    private async Task<SyncView?> SyncAsync(Link link, CancellationToken cancellationToken)
    {
        if (link.State is LinkState.Unlinking or LinkState.Linking)
        {
            return null;
        }

        var run = link.ActiveRunId is { } id
            ? await runs.FindAsync(link.Id, id, cancellationToken)
            // A dry run leaves the page as it was.
            : (await runs.ListAsync(link.Id, Runs, cancellationToken)).FirstOrDefault(run => run.Plan is not { DryRun: true });

        if (run is not null)
        {
            return new SyncView(Name(run.State.ToString()), run.ProjectsTotal, run.ProjectsDone, run.ProjectsFailed, run.Reason, run.StartedAt, run.EndedAt);
        }

        // Named in the row, but not yet begun.
        return link.ActiveRunId is null ? null : new SyncView(Name(nameof(SyncRunState.Listing)), Total: null, Done: 0, Failed: 0, Why: null, link.HookedAt ?? link.CreatedAt, EndedAt: null);
    }

    private static string Name(string value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value);
}
