using System.Net;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Configuration;

/// <summary>Serves the page that Jira frames. The address carries Jira's token; the page itself holds no data, which it asks for with a fresh token each time. No cookies: browsers block them in frames.</summary>
public sealed class ServeConfiguration(IConnectAuthenticator authenticator, IOptions<PageOptions> options)
{
    private const string BridgePlace = "{{bridge}}";

    [Function(nameof(ServeConfiguration))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ConnectRoutes.Configuration)] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await authenticator.AuthenticateUrlAsync(request, cancellationToken) is not { Installation: { State: InstallationState.Installed } site })
        {
            return Problem.Unauthorized();
        }

        var bridge = options.Value.BridgeUrl;
        request.HttpContext.Response.Headers.ContentSecurityPolicy = Policy(site, bridge);

        return TypedResults.Text(PageFiles.Html("page.html").Replace(BridgePlace, WebUtility.HtmlEncode(bridge.AbsoluteUri), StringComparison.Ordinal), "text/html; charset=utf-8");
    }

    /// <summary>Only the very site that asked may frame the page. The bridge brings a style sheet of its own.</summary>
    internal static string Policy(Installation site, Uri bridge)
    {
        var bridgeOrigin = Origin(bridge);
        var display = Uri.TryCreate(site.DisplayUrl, UriKind.Absolute, out var shown) && shown.Scheme is "https" ? Origin(shown) : null;
        var ancestors = string.Join(' ', new[] { Origin(site.BaseUrl), display }.Where(origin => origin is not null).Distinct(StringComparer.Ordinal));

        return $"default-src 'none'; script-src 'self' {bridgeOrigin}; style-src 'self' {bridgeOrigin}; img-src 'self'; connect-src 'self'; frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'";
    }

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
