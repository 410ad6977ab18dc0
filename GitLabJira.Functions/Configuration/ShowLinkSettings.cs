using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Shows a link's settings. The header <c>ETag</c> is what a change must name.</summary>
public sealed class ShowLinkSettings(PageGate gate, OwnLinks links)
{
    [Function(nameof(ShowLinkSettings))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/links/{linkId:guid}/settings")] HttpRequest request,
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

        SettingsVersion.Tell(request.HttpContext.Response, link.Settings);
        return PageCalls.Answer(StatusCodes.Status200OK, SettingsFields.Answer(Reasons.Shown, link.Settings), ConfigurationJson.Default.SettingsAnswer);
    }
}
