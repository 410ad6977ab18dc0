using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>Reads the projects again that failed: all of the link, those of one sync, or one. It is a sync of its own, of the kinds and the window of those.</summary>
public sealed partial class RetrySync(PageGate gate, OwnLinks own, ISyncRuns runs, SyncProjectStore projects, SyncRequests requests, ILogger<RetrySync> logger)
{
    private const int LargestBody = 1024;

    [Function(nameof(RetrySync))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "configuration/links/{linkId:guid}/runs/{runId:guid}/retry")] HttpRequest request,
        Guid linkId,
        Guid runId,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var (body, unreadable) = await request.ReadJsonObjectAsync(LargestBody, cancellationToken);

        if (body is not { } json)
        {
            return unreadable!;
        }

        var response = request.HttpContext.Response;
        var fields = new FieldReader(json, ["project"]);
        long? project = null;

        if (fields.Find("project") is { } named)
        {
            project = named.ValueKind is System.Text.Json.JsonValueKind.Number && named.TryGetInt64(out var id) && id > 0 ? id : null;

            if (project is null)
            {
                fields.Refuse("project", "must be the number of a project.");
            }
        }

        if (fields.Refusal is { } refusal)
        {
            return refusal.ToResult(response);
        }

        if (await own.FindAsync(user, linkId, cancellationToken) is not { } link)
        {
            return OwnLinks.NotFound.ToResult(response);
        }

        var (plan, why) = await PlanAsync(link, runId.ToString("N"), project, cancellationToken);

        return plan is null ? why!.ToResult(response) : await StartAsync(link, plan, durable, response, cancellationToken);
    }

    [Function("RetryLink")]
    public async Task<IResult> OfLinkAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "configuration/links/{linkId:guid}/retry")] HttpRequest request,
        Guid linkId,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var response = request.HttpContext.Response;

        if (await own.FindAsync(user, linkId, cancellationToken) is not { } link)
        {
            return OwnLinks.NotFound.ToResult(response);
        }

        if (link.ActiveRunId is { } running)
        {
            return StartSync.Running(running).ToResult(response);
        }

        return await PlanAsync(link, cancellationToken) is { } plan ? await StartAsync(link, plan, durable, response, cancellationToken) : NothingToRetry.ToResult(response);
    }

    private static Refusal NothingToRetry { get; } = new(StatusCodes.Status409Conflict, Reasons.NothingToRetry, "Nothing is left of that synchronisation that failed.");

    /// <summary>Reads of every project whatever any of the failed syncs was to read.</summary>
    private async Task<SyncPlan?> PlanAsync(Link link, CancellationToken cancellationToken)
    {
        var failed = await projects.FailedAsync(link, cancellationToken);
        var plans = new List<SyncPlan>();

        foreach (var runId in failed.Select(row => row.RunId).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            plans.Add((await runs.FindAsync(link.Id, runId, cancellationToken))?.Plan ?? SyncPlan.First(link.Settings));
        }

        return plans.Count == 0
            ? null
            : new SyncPlan
            {
                Kinds = [.. plans.SelectMany(plan => plan.Kinds).Distinct().Order()],
                WindowDays = plans.Max(plan => plan.WindowDays),
                RetryOf = SyncPlan.EveryRun,
            };
    }

    private async Task<(SyncPlan? Plan, Refusal? Why)> PlanAsync(Link link, string runId, long? project, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(link.Id, runId, cancellationToken) is not { Plan: { } plan } run)
        {
            return (null, ShowSyncRun.NotFound);
        }

        if (link.ActiveRunId is { } running)
        {
            return (null, StartSync.Running(running));
        }

        var isFailed = project is { } id
            ? await projects.FindAsync(link.Id, id, cancellationToken) is { State: SyncProjectState.Failed } row && string.Equals(row.RunId, run.RunId, StringComparison.Ordinal)
            : (await projects.PageAsync(link.Id, run.RunId, SyncProjectState.Failed, after: null, limit: 1, cancellationToken)).Rows.Count > 0;

        return isFailed
            ? (plan with { ProjectId = project, RetryOf = project is null ? run.RunId : null }, null)
            : (null, NothingToRetry);
    }

    private async Task<IResult> StartAsync(Link link, SyncPlan plan, DurableTaskClient durable, HttpResponse response, CancellationToken cancellationToken)
    {
        var (run, answer) = await StartSync.BeginAsync(requests, link, plan, durable, response, cancellationToken);

        if (run is not null)
        {
            Log.Started(logger, link.Id, run, plan.RetryOf);
        }

        return answer;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}: run {RunId} reads again what failed in {Earlier}.")]
        public static partial void Started(ILogger logger, Guid linkId, string runId, string? earlier);
    }
}
