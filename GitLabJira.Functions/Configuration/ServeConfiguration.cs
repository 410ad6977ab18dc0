using System.Net;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
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
            return Refuse(request);
        }

        request.HttpContext.Response.Headers.ContentSecurityPolicy = Policy(site, options.Value.BridgeUrl);

        return Page("page.html", StatusCodes.Status200OK);
    }

    /// <summary>A frame that is reloaded by itself comes with a token that has run out: its reader must see more than JSON.</summary>
    private IResult Refuse(HttpRequest request)
    {
        if (!request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.Unauthorized();
        }

        // Without a token there is no site to name; whoever frames it sees the same sentence, and there is nothing to press.
        request.HttpContext.Response.Headers.ContentSecurityPolicy = Policy(options.Value.BridgeUrl, ancestors: "*");

        return Page("expired.html", StatusCodes.Status401Unauthorized);
    }

    private ContentHttpResult Page(string name, int status) => TypedResults.Text(
        PageFiles.Html(name).Replace(BridgePlace, WebUtility.HtmlEncode(options.Value.BridgeUrl.AbsoluteUri), StringComparison.Ordinal), "text/html; charset=utf-8", statusCode: status);

    /// <summary>Only the very site that asked may frame the page.</summary>
    internal static string Policy(Installation site, Uri bridge)
    {
        var display = Uri.TryCreate(site.DisplayUrl, UriKind.Absolute, out var shown) && shown.Scheme is "https" ? Origin(shown) : null;
        var ancestors = string.Join(' ', new[] { Origin(site.BaseUrl), display }.Where(origin => origin is not null).Distinct(StringComparer.Ordinal));

        return Policy(bridge, ancestors);
    }

    /// <summary>The bridge brings a style sheet of its own.</summary>
    private static string Policy(Uri bridge, string ancestors)
    {
        var bridgeOrigin = Origin(bridge);

        return $"default-src 'none'; script-src 'self' {bridgeOrigin}; style-src 'self' {bridgeOrigin}; img-src 'self'; connect-src 'self'; frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'";
    }

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
