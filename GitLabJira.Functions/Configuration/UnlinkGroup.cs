using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>Unlinks a group: row and index first, so that nothing new comes in, then the durable clean-up. It takes a site admin and no role in GitLab: owners of a site must be able to stop what others linked.</summary>
public sealed class UnlinkGroup(PageGate gate, ILinkRemoval removal, LinkViews views)
{
    [Function(nameof(UnlinkGroup))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "configuration/links/{linkId:guid}")] HttpRequest request,
        Guid linkId,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        // Within the caller's own installation: an id of another site is an unknown one.
        if (await removal.BeginAsync(user.Installation.ClientKey, linkId, "Unlinked. Its data is being removed from Jira.", cancellationToken) is not { } link)
        {
            return OwnLinks.NotFound.ToResult(request.HttpContext.Response);
        }

        await LinkStarts.CleanUpAsync(durable, link, cancellationToken);

        return PageCalls.Answer(
            StatusCodes.Status202Accepted,
            new LinkAnswer(Reasons.Unlinking, "Its data is being removed from Jira, which takes about a quarter of an hour.", await views.OfAsync(user.Installation, link, cancellationToken)),
            ConfigurationJson.Default.LinkAnswer);
    }
}
