using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Http;

/// <summary>The routes of the app's HTTP functions, and what runs behind each.</summary>
internal sealed partial class HttpFunctions(
    FunctionCatalog catalog,
    HostJson hostJson,
    FunctionInvoker invoker,
    RuntimeClock clock,
    IHostApplicationLifetime lifetime,
    ILogger<HttpFunctions> logger)
{
    public EndpointDataSource Endpoints()
    {
        List<Endpoint> endpoints = [];

        foreach (var (function, trigger) in catalog.TriggeredBy<HttpTriggerAttribute>())
        {
            var pattern = RoutePatternFactory.Parse($"{hostJson.Http.RoutePrefix}/{trigger.Route ?? function.Name}");
            var endpoint = new RouteEndpointBuilder(http => RunAsync(http, function), pattern, order: 0) { DisplayName = function.Name };

            endpoint.Metadata.Add(new HttpMethodMetadata(trigger.Methods ?? []));
            endpoint.Metadata.Add(new HttpFunctionMetadata(function.Name, trigger.AuthLevel));
            endpoints.Add(endpoint.Build());
        }

        return new DefaultEndpointDataSource(endpoints);
    }

    private async Task RunAsync(HttpContext http, FunctionDescriptor function)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);

        try
        {
            // Work until the answer is written, not only until the function returns.
            using var work = await clock.BeginWorkAsync(function.Name, CancellationToken.None);
            var call = new FunctionCall(function, http.Request)
            {
                BindingData = BindingData(http.Request),
                Prepare = context => HttpInvocation.Attach(context, http),
            };

            await invoker.InvokeAsync(call, stop.Token);
        }
        catch (Exception e)
        {
            if (http.RequestAborted.IsCancellationRequested)
            {
                Log.Aborted(logger, function.Name);
                return;
            }

            Log.Failed(logger, e, function.Name);

            if (http.Response.HasStarted)
            {
                http.Abort();
                return;
            }

            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    // The host's trigger metadata: the query, then the route above it.
    private static Dictionary<string, object?> BindingData(HttpRequest request)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);

        foreach (var (name, value) in request.Query)
        {
            data[name] = value.ToString();
        }

        foreach (var (name, value) in request.RouteValues)
        {
            data[name] = value;
        }

        return data;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Function {Function} failed.")]
        public static partial void Failed(ILogger logger, Exception exception, string function);

        [LoggerMessage(2, LogLevel.Information, "The caller of function {Function} went away.")]
        public static partial void Aborted(ILogger logger, string function);
    }
}

internal sealed record HttpFunctionMetadata(string Function, AuthorizationLevel Level);
