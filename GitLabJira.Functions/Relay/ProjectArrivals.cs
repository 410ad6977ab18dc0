using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Relay;

/// <inheritdoc cref="IProjectArrivals"/>
/// <remarks>
/// A run is asked for, and a timer starts it. Where a run is under way, the project joins it; should it end without it, the next call sees that and begins another.
/// </remarks>
public sealed partial class ProjectArrivals(ILinks links, IProjects known, SyncProjectStore projects, ISyncRuns runs, SyncRequests requests, TimeProvider clock, ILogger<ProjectArrivals> logger) : IProjectArrivals
{
    /// <summary>A project that leaves and comes back within it is found by reconcile, or by its next event.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(15);

    private readonly RowCache<LinkedProject> _known = new(clock, KnownFor);

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
            // One that only counts brings nothing to Jira: the next call finds it ended.
            if (await runs.FindAsync(link.Id, active, cancellationToken) is not { Plan.DryRun: true })
            {
                await projects.AddAsync(link.Id, active, [project], cancellationToken);
            }
        }
        else if (await BeginAsync(standing, project.Id, cancellationToken) is { } run)
        {
            Log.Begun(logger, link.Id, project.Id, run);
        }

        return false;
    }

    public async Task ReadAllAsync(Link link, CancellationToken cancellationToken)
    {
        if (await BeginAsync(link, projectId: null, cancellationToken) is { } run)
        {
            Log.BegunAll(logger, link.Id, run);
        }
    }

    /// <param name="projectId">Null for all.</param>
    /// <returns>The run's id; null when another one is under way.</returns>
    private async Task<string?> BeginAsync(Link link, long? projectId, CancellationToken cancellationToken) =>
        (await requests.TryAsync(link, SyncPlan.First(link.Settings) with { ProjectId = projectId }, cancellationToken)).RunId;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}: project {ProjectId} came or got another address; run {RunId} reads it.")]
        public static partial void Begun(ILogger logger, Guid linkId, long projectId, string runId);

        [LoggerMessage(2, LogLevel.Information, "Link {LinkId}: its projects got other addresses; run {RunId} reads them.")]
        public static partial void BegunAll(ILogger logger, Guid linkId, string runId);
    }
}
