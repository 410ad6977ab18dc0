using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>Places a link's webhook again after somebody removed it in GitLab, and has looked at what it did not tell meanwhile. Where the hook stands, it only has the link looked at now.</summary>
public sealed partial class RestoreHook(PageGate gate, OwnLinks own, ILinks links, LinkHooks hooks, SyncRequests requests, LinkActivity activity, LinkViews views, ILogger<RestoreHook> logger)
{
    [Function(nameof(RestoreHook))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "configuration/links/{linkId:guid}/hook")] HttpRequest request,
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

        if (link.State is LinkState.Linking)
        {
            return Refusal.LinkingWaits.ToResult(response);
        }

        try
        {
            return await RestoreAsync(user, link, await hooks.PlaceAsync(link, cancellationToken), durable, response, cancellationToken);
        }
        catch (NoUsableGrantException)
        {
            return Refusal.NeedsMaintainer.ToResult(response);
        }
        catch (GitLabRequestException exception)
        {
            return Refusal.Of(exception, Refusal.HookRefused).ToResult(response);
        }
    }

    private async Task<IResult> RestoreAsync(PageUser user, Link link, HookPlacement placement, DurableTaskClient durable, HttpResponse response, CancellationToken cancellationToken)
    {
        var hadGap = false;
        var changed = await links.UpdateAsync(
            link.ClientKey,
            link.Id,
            row =>
            {
                hadGap = row.State is LinkState.HookRemoved || row.HookKind != placement.Kind;
                return row.State is LinkState.Unlinking
                    ? null
                    : row with
                    {
                        HookKind = placement.Kind,
                        GroupHookId = placement.GroupHookId,
                        State = row.State is LinkState.HookRemoved ? LinkState.Active : row.State,
                        StateReason = row.State is LinkState.HookRemoved ? null : row.StateReason,
                    };
            },
            cancellationToken);

        if (changed is null or { State: LinkState.Unlinking })
        {
            return OwnLinks.NotFound.ToResult(response);
        }

        // A sync places the hook of each project ahead of reading it; one that runs already does so with those that are left.
        if (hadGap && placement.Kind is HookKind.Project && (await requests.TryAsync(changed, SyncPlan.First(changed.Settings), cancellationToken)).Standing is { } standing)
        {
            changed = standing;
            await LinkStarts.SyncAsync(durable, standing, cancellationToken);
        }

        await activity.LookNowAsync(changed, hadGap, cancellationToken);
        Log.Restored(logger, link.Id, placement.Kind);

        return PageCalls.Answer(
            StatusCodes.Status200OK,
            new LinkAnswer(Reasons.HookRestored, "The webhook is in place.", await views.OfAsync(user.Installation, changed, cancellationToken)),
            ConfigurationJson.Default.LinkAnswer);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The hook of link {LinkId} was asked for again; it lives by {Kind} hooks.")]
        public static partial void Restored(ILogger logger, Guid linkId, HookKind kind);
    }
}
