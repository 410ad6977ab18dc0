using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GitLabJira.Functions.Hosting;

/// <summary>A page that stands at the top of a tab or window: nobody may frame it, and it needs no bridge to Jira. No inline script, no inline style but an empty one.</summary>
public static class UnframedPage
{
    /// <summary>Components add one style element without text and fill it by script, which needs the hash of the empty text (CSP3, 6.7.3).</summary>
    public const string EmptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

    private const string Policy = $"default-src 'none'; script-src 'self'; style-src 'self' {EmptyStyle}; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <param name="request">Which the page answers.</param>
    /// <param name="name">The page's file.</param>
    public static ContentHttpResult Of(HttpRequest request, string name, int status = StatusCodes.Status200OK)
    {
        request.HttpContext.Response.Headers.ContentSecurityPolicy = Policy;
        return TypedResults.Text(PageFiles.Html(name), "text/html; charset=utf-8", statusCode: status);
    }
}
