using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <param name="Window">In days.</param>
/// <param name="Project">The only project that was read; null for all.</param>
/// <param name="Counts">By kind, of the projects that are done.</param>
public sealed record RunView(
    string Id,
    string State,
    IReadOnlyList<string>? Kinds,
    int? Window,
    long? Project,
    bool DryRun,
    int? Total,
    int Done,
    int Failed,
    IReadOnlyDictionary<string, KindCount> Counts,
    string? Why,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt);

public sealed record RunList(string Reason, IReadOnlyList<RunView> Runs);

public sealed record SyncStarted(string Reason, string RunId);

/// <summary>Lists a link's syncs, the newest first.</summary>
public sealed class ListSyncRuns(PageGate gate, OwnLinks links, ISyncRuns runs)
{
    private const int Most = 50;

    [Function(nameof(ListSyncRuns))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/links/{linkId:guid}/runs")] HttpRequest request,
        Guid linkId,
        CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToReadAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        if (await links.FindAsync(user, linkId, cancellationToken) is not { } link)
        {
            return OwnLinks.NotFound.ToResult(request.HttpContext.Response);
        }

        var found = await runs.ListAsync(link.Id, Most, cancellationToken);
        return PageCalls.Answer(StatusCodes.Status200OK, new RunList(Reasons.Listed, [.. found.Select(run => View(link, run))]), ConfigurationJson.Default.RunList);
    }

    private static RunView View(Link link, SyncRunProgress run)
    {
        // Planned, but a crash came before it got its place in the link's row.
        var isLost = run.EndedAt is null && !string.Equals(link.ActiveRunId, run.RunId, StringComparison.Ordinal);

        return new RunView(
            run.RunId,
            JsonNamingPolicy.SnakeCaseLower.ConvertName((isLost ? SyncRunState.Stopped : run.State).ToString()),
            run.Plan is null ? null : [.. run.Plan.Kinds.Select(SettingsFields.Name)],
            run.Plan?.WindowDays,
            run.Plan?.ProjectId,
            run.Plan?.DryRun ?? false,
            run.ProjectsTotal,
            run.ProjectsDone,
            run.ProjectsFailed,
            run.Counts.OrderBy(counted => counted.Key).ToDictionary(counted => SettingsFields.Name(counted.Key), counted => counted.Value, StringComparer.Ordinal),
            run.Reason,
            run.StartedAt,
            run.EndedAt);
    }
}
