using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Hosting;

/// <summary>Puts the headers on every answer that Atlassian's scanner looks for (security requirements 3, 7.2, 7.3). A function that serves a page sets its own content security policy over the default.</summary>
public sealed class SecurityHeaders : IStartupFilter
{
    /// <summary>For answers that no browser shows: nothing may load, nobody may frame.</summary>
    public const string NothingAllowed = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((HttpContext context, RequestDelegate proceed) =>
        {
            // Set before the function runs, so that it can replace each of them.
            var headers = context.Response.Headers;
            headers.CacheControl = "no-cache, no-store";
            headers["Referrer-Policy"] = "no-referrer";
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = NothingAllowed;
            return proceed(context);
        });
        next(app);
    };
}
