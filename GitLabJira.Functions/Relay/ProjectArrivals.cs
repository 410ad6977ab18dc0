using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Relay;

/// <inheritdoc cref="IProjectArrivals"/>
/// <remarks>
/// A run of one project is a run whose list is written beforehand: it finds nothing to list and reads what stands there. A timer starts what a link's row names. Where a run is under way, the
/// project joins it; should it end without it, the next call sees that and begins another.
/// </remarks>
public sealed partial class ProjectArrivals(ILinks links, IProjects known, SyncProjectStore projects, SyncRunStore runs, TimeProvider clock, ILogger<ProjectArrivals> logger) : IProjectArrivals
{
    /// <summary>Between the last wave of one run and the first of the next: never more than 20 projects of a link are begun within a minute, whatever run they belong to.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(61);

    private readonly RowCache<LinkedProject> _known = new(clock);

    public async Task<bool> IsKnownAsync(Link link, long projectId, CancellationToken cancellationToken) =>
        await _known.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"{link.Id:N} {projectId}"),
            fresh: false,
            token => known.FindAsync(link.Id, projectId, token),
            cancellationToken) is not null;

    public async Task<bool> ReadAsync(Link link, GitLabProject project, CancellationToken cancellationToken)
    {
        var row = await projects.FindAsync(link.Id, project.Id, cancellationToken);

        if (row is { IsFinished: true } && string.Equals(row.Path, project.PathWithNamespace, StringComparison.Ordinal))
        {
            return true;
        }

        if (await links.GetAsync(link.ClientKey, link.Id, cancellationToken) is not { State: not (LinkState.Unlinking or LinkState.Linking) } standing || standing.Epoch != link.Epoch)
        {
            return true;
        }

        if (standing.ActiveRunId is { } active)
        {
            await projects.AddAsync(link.Id, active, [project], cancellationToken);
        }
        else if (await BeginAsync(link, total: 1, cancellationToken) is { } run)
        {
            await projects.AddAsync(link.Id, run, [project], cancellationToken);
            Log.Begun(logger, link.Id, project.Id, run);
        }

        return false;
    }

    public async Task ReadAllAsync(Link link, CancellationToken cancellationToken)
    {
        if (await BeginAsync(link, total: null, cancellationToken) is { } run)
        {
            Log.BegunAll(logger, link.Id, run);
        }
    }

    /// <param name="total">Set for a run that shall not list the group.</param>
    /// <returns>The run's id; null when another one is under way, or the last one has hardly ended.</returns>
    private async Task<string?> BeginAsync(Link link, int? total, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        if (await runs.ListAsync(link.Id, 1, cancellationToken) is [{ EndedAt: { } ended }] && now - ended < Pause)
        {
            return null;
        }

        var run = Guid.NewGuid().ToString("N");
        await runs.UpdateAsync(link.Id, run, now, row => row with { State = total is null ? SyncRunState.Listing : SyncRunState.Running, ProjectsTotal = total }, cancellationToken);
        var begun = false;
        await links.UpdateAsync(
            link.ClientKey,
            link.Id,
            row => (begun = row.ActiveRunId is null && row.Epoch == link.Epoch && row.State is not (LinkState.Unlinking or LinkState.Linking)) ? row with { ActiveRunId = run } : null,
            cancellationToken);

        if (begun)
        {
            return run;
        }

        await runs.UpdateAsync(link.Id, run, now, row => row with { State = SyncRunState.Stopped, EndedAt = now }, cancellationToken);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}: project {ProjectId} came or got another address; run {RunId} reads it.")]
        public static partial void Begun(ILogger logger, Guid linkId, long projectId, string runId);

        [LoggerMessage(2, LogLevel.Information, "Link {LinkId}: its projects got other addresses; run {RunId} reads them.")]
        public static partial void BegunAll(ILogger logger, Guid linkId, string runId);
    }
}
