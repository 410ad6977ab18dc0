using System.Globalization;
using GitLabJira.Functions.GitLab.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <param name="Next">What <c>after</c> names for the page behind; null at the end.</param>
public sealed record RunProjectList(string Reason, IReadOnlyList<RunProjectView> Projects, string? Next);

/// <param name="State">A <see cref="SyncProjectState"/> in snake case.</param>
/// <param name="Error">What became of it, in words, where that is not well.</param>
/// <param name="Wave">The wave that last began it; 0 before the first.</param>
/// <param name="Run">The sync that has read it last.</param>
public sealed record RunProjectView(long Id, string Path, string State, string? Error, DateTimeOffset? ResumeAt, DateTimeOffset? StartedAt, int Wave, string? Run);

/// <summary>Lists the projects of a sync, or of all syncs of a link, by id and some at a time. Each project has one row, so an older run lists what no later one has read.</summary>
public sealed class ListRunProjects(PageGate gate, OwnLinks links, SyncProjectStore projects)
{
    private const int Usual = 50;
    private const int Most = 200;
    private const int LongestCursor = 19;

    private static readonly string StateRule = $"must be one of {string.Join(", ", Enum.GetValues<SyncProjectState>().Select(Name))}.";

    [Function(nameof(ListRunProjects))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/links/{linkId:guid}/runs/{runId:guid}/projects")] HttpRequest request,
        Guid linkId,
        Guid runId,
        CancellationToken cancellationToken) => AnswerAsync(request, linkId, runId.ToString("N"), cancellationToken);

    [Function("ListLinkProjects")]
    public Task<IResult> OfLinkAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/links/{linkId:guid}/projects")] HttpRequest request,
        Guid linkId,
        CancellationToken cancellationToken) => AnswerAsync(request, linkId, runId: null, cancellationToken);

    private async Task<IResult> AnswerAsync(HttpRequest request, Guid linkId, string? runId, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToReadAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var response = request.HttpContext.Response;
        var (stateText, after, limitText) = (request.Query["state"].ToString(), request.Query["after"].ToString(), request.Query["limit"].ToString());
        var limit = Usual;
        SyncProjectState? state = null;

        if (stateText.Length > 0 && (state = StateOf(stateText)) is null)
        {
            return Refusal.BadField("state", StateRule).ToResult(response);
        }

        if (limitText.Length > 0 && (!int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > Most))
        {
            return Refusal.BadField("limit", string.Create(CultureInfo.InvariantCulture, $"must be a number from 1 to {Most}.")).ToResult(response);
        }

        if (after.Length > 0 && (after.Length != LongestCursor || !after.All(char.IsAsciiDigit)))
        {
            return Refusal.BadField("after", "must be what an earlier answer called next.").ToResult(response);
        }

        if (await links.FindAsync(user, linkId, cancellationToken) is not { } link)
        {
            return OwnLinks.NotFound.ToResult(response);
        }

        var (rows, next) = await projects.PageAsync(link.Id, runId, state, after.Length == 0 ? null : after, limit, cancellationToken);
        return PageCalls.Answer(StatusCodes.Status200OK, new RunProjectList(Reasons.Listed, [.. rows.Select(View)], next), ConfigurationJson.Default.RunProjectList);
    }

    private static RunProjectView View(SyncProjectRow row) =>
        new(row.ProjectId, row.Path, Name(row.State), row.State is SyncProjectState.Done ? null : row.Result, row.ResumeAt, row.StartedAt, row.Wave, row.RunId);

    private static string Name(SyncProjectState state) => LinkViews.Name(state.ToString());

    private static SyncProjectState? StateOf(string name)
    {
        foreach (var state in Enum.GetValues<SyncProjectState>())
        {
            if (string.Equals(Name(state), name, StringComparison.Ordinal))
            {
                return state;
            }
        }

        return null;
    }
}
