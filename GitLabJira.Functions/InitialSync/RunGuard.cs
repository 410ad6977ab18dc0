using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Says whether a run may still work, and ends it. A run is stopped by taking its id out of the link's row: it notices before the next project or page.</summary>
public sealed class RunGuard(ILinks links, SyncRunStore runs, HostSlots slots, TimeProvider clock)
{
    /// <returns>The link while this run is its active one; else null.</returns>
    public async Task<Link?> ActiveAsync(string clientKey, Guid linkId, string runId, CancellationToken cancellationToken) =>
        await links.GetAsync(clientKey, linkId, cancellationToken) is { State: not LinkState.Unlinking } link && string.Equals(link.ActiveRunId, runId, StringComparison.Ordinal)
            ? link
            : null;

    /// <summary>Records how the run ended, gives its slot back and frees the link for another run.</summary>
    /// <param name="code">One of <see cref="SyncReasons"/> beside <paramref name="reason"/>.</param>
    public async Task EndAsync(string clientKey, Guid linkId, string runId, SyncRunState state, string? reason, CancellationToken cancellationToken, string? code = null)
    {
        // The clean-up of an unlinked group drops the run's row; it must not come back.
        if (await runs.FindAsync(linkId, runId, cancellationToken) is not null)
        {
            await runs.UpdateAsync(linkId, runId, clock.GetUtcNow(), run => run with { State = state, Reason = reason, ReasonCode = code, EndedAt = clock.GetUtcNow() }, cancellationToken);
        }

        var link = await links.UpdateAsync(
            clientKey,
            linkId,
            link => string.Equals(link.ActiveRunId, runId, StringComparison.Ordinal) ? link with { ActiveRunId = null } : null,
            cancellationToken);

        if (link is not null)
        {
            await slots.ReleaseAsync(link.Host, SyncRun.InstanceId(linkId, runId), cancellationToken);
        }
    }
}
