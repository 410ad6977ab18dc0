using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>Synchronises a link once more: all projects or one, of the kinds and the window that the call names, else those of the settings; or only counts what that would send.</summary>
public sealed partial class StartSync(PageGate gate, OwnLinks own, SyncRequests requests, ProjectNames projects, ILogger<StartSync> logger)
{
    private const int LargestBody = 8 * 1024;

    [Function(nameof(StartSync))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "configuration/links/{linkId:guid}/sync")] HttpRequest request,
        Guid linkId,
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
        var fields = new FieldReader(json, ["kinds", "window", "project", "dryRun"]);
        var (kinds, window, project, dryRun) = (SettingsFields.Kinds(fields), SettingsFields.Window(fields), Project(fields), fields.Flag("dryRun", otherwise: false));

        if (fields.Refusal is { } refusal)
        {
            return refusal.ToResult(response);
        }

        if (await own.FindAsync(user, linkId, cancellationToken) is not { } link)
        {
            return OwnLinks.NotFound.ToResult(response);
        }

        if (link.State is LinkState.Linking)
        {
            return Refusal.LinkingWaits.ToResult(response);
        }

        if (link.ActiveRunId is { } running)
        {
            return Running(running).ToResult(response);
        }

        var (projectId, unknown) = await FindAsync(link, project, cancellationToken);

        if (unknown is not null)
        {
            return unknown.ToResult(response);
        }

        var plan = new SyncPlan
        {
            Kinds = kinds ?? link.Settings.Kinds,
            WindowDays = window ?? link.Settings.WindowDays,
            ProjectId = projectId,
            DryRun = dryRun,
        };

        return await StartAsync(link, plan, durable, response, cancellationToken);
    }

    private static string? Project(FieldReader fields)
    {
        if (fields.Find("project") is not { } value)
        {
            return null;
        }

        var project = FieldReader.ProjectOf(value);

        if (project is null)
        {
            fields.Refuse("project", "must be the number or the full path of a project.");
        }

        return project;
    }

    private async Task<(long? ProjectId, Refusal? Refusal)> FindAsync(Link link, string? project, CancellationToken cancellationToken)
    {
        if (project is null)
        {
            return (null, null);
        }

        var (found, refusal) = await projects.FindAsync(link, [project], _ => "project", cancellationToken);

        return found switch
        {
            [var one] when link.Settings.Excludes(one.Id) => (null, Refusal.BadField("project", "is excluded from this link.")),
            [var one] => (one.Id, null),
            _ => (null, refusal),
        };
    }

    private async Task<IResult> StartAsync(Link link, SyncPlan plan, DurableTaskClient durable, HttpResponse response, CancellationToken cancellationToken)
    {
        var (run, answer) = await BeginAsync(requests, link, plan, durable, response, cancellationToken);

        if (run is not null)
        {
            Log.Started(logger, link.Id, run, plan.DryRun);
        }

        return answer;
    }

    /// <summary>Begins a run by a plan, unless another one goes on.</summary>
    /// <returns>Null when it did not begin; and the answer that says so, or names it.</returns>
    internal static async Task<(string? Run, IResult Answer)> BeginAsync(
        SyncRequests requests, Link link, SyncPlan plan, DurableTaskClient durable, HttpResponse response, CancellationToken cancellationToken)
    {
        var (run, standing) = await requests.TryAsync(link, plan, cancellationToken);

        if (run is null)
        {
            return (null, (standing is { State: not LinkState.Unlinking, ActiveRunId: { } other } ? Running(other) : OwnLinks.NotFound).ToResult(response));
        }

        await LinkStarts.SyncAsync(durable, standing!, cancellationToken);
        return (run, PageCalls.Answer(StatusCodes.Status202Accepted, new SyncStarted(Reasons.SyncStarted, run), ConfigurationJson.Default.SyncStarted));
    }

    internal static Refusal Running(string runId) =>
        new(StatusCodes.Status409Conflict, Reasons.SyncRunning, "This group is being synchronised. Wait until that is done.", RunId: runId);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}: run {RunId} was asked for (dry run: {DryRun}).")]
        public static partial void Started(ILogger logger, Guid linkId, string runId, bool dryRun);
    }
}
