using System.Net;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Configuration;

/// <summary>Serves the page that Jira frames. The address carries Jira's token, so what the page shows first comes with it; all else it asks for with a fresh token each time. No cookies: browsers block them in frames.</summary>
public sealed class ServeConfiguration(IConnectAuthenticator authenticator, FirstLook firstLook, IOptions<PageOptions> options)
{
    private const string BridgePlace = "<!--bridge-->";

    [Function(nameof(ServeConfiguration))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ConnectRoutes.Configuration)] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await authenticator.AuthenticateUrlAsync(request, cancellationToken) is not { Installation: { State: InstallationState.Installed } site } user)
        {
            return Refuse(request);
        }

        request.HttpContext.Response.Headers.ContentSecurityPolicy = PagePolicy.Framed(site, options.Value.BridgeUrl);

        return new FramedPage(Html("configuration.html"), firstLook.TakeAsync(user, cancellationToken));
    }

    /// <summary>A frame that is reloaded by itself comes with a token that has run out: its reader must see more than JSON.</summary>
    private IResult Refuse(HttpRequest request)
    {
        if (!request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.Unauthorized();
        }

        // Without a token there is no site to name; whoever frames it sees the same sentence, and there is nothing to press.
        request.HttpContext.Response.Headers.ContentSecurityPolicy = PagePolicy.FramedByAnyone(options.Value.BridgeUrl);

        return TypedResults.Text(Html("expired.html"), "text/html; charset=utf-8", statusCode: StatusCodes.Status401Unauthorized);
    }

    private string Html(string name)
    {
        // Before the page's own script, and not deferred: that one uses it at once.
        var bridge = $"<script src=\"{WebUtility.HtmlEncode(options.Value.BridgeUrl.AbsoluteUri)}\" data-options=\"sizeToParent:true\"></script>";

        return PageFiles.Html(name).Replace(BridgePlace, bridge, StringComparison.Ordinal);
    }
}
