using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GitLabJira.LocalRuntime.Http;

/// <summary>What the real host answers before the worker process sees a request: unknown routes, missing keys, its own page.</summary>
internal sealed class HostLayer(HttpFunctions functions, FunctionKeys keys) : IStartupFilter
{
    private static readonly string[] Forwarded = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var endpoints = functions.Endpoints();

        app.UseRouting();
        ((IEndpointRouteBuilder)app.Properties["__EndpointRouteBuilder"]!).DataSources.Add(endpoints);
        app.Use(AnswerAsync);
        next(app);
        app.UseEndpoints(_ => { });
    };

    private Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        // The host overwrites these and the worker consumes them: the app never sees what a caller sent.
        foreach (var header in Forwarded)
        {
            http.Request.Headers.Remove(header);
        }

        if (http.Request.Path == "/")
        {
            http.Response.ContentType = "text/plain";
            return http.Response.WriteAsync("This is the host's own page; the functions have other addresses.", http.RequestAborted);
        }

        // A wrong method has an endpoint too, which would answer 405; the real host says 404.
        if (http.GetEndpoint()?.Metadata.GetMetadata<HttpFunctionMetadata>() is not { } function)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (!keys.Allows(http.Request, function.Function, function.Level))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        return next(http);
    }
}
