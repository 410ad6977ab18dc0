using GitLabJira.LocalRuntime.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Http;

/// <summary>Gives an invocation its <c>HttpContext</c> and writes what the function returned.</summary>
internal static partial class HttpInvocation
{
    /// <summary>Marks an invocation as one of a request; the app sees the request from <see cref="RunAsync"/> on.</summary>
    public static void Attach(FunctionContext context, HttpContext http) => context.Features.Set(new Request(http));

    public static async Task RunAsync(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.Features.Get<Request>() is not { Context: var http })
        {
            await next(context);
            return;
        }

        context.Items[HttpItems.HttpContext] = http;
        // One scope for the request and its invocation, and the invocation closes it.
        http.Features.Set<IServiceProvidersFeature>(new RequestServicesFeature(http, scopeFactory: null) { RequestServices = context.InstanceServices });

        await next(context);

        switch (((LocalFunctionContext)context).Result)
        {
            case IResult result:
                await result.ExecuteAsync(http);
                break;
            case IActionResult result:
                await result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
                break;
            default:
                // The real worker writes nothing for other types: an empty 200, or what the function wrote itself.
                Log.NoResult(context.GetLogger(typeof(HttpInvocation).FullName!), context.FunctionDefinition.Name);
                break;
        }
    }

    private sealed record Request(HttpContext Context);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Function {Function} returned neither an IResult nor an IActionResult; the answer is what it wrote itself.")]
        public static partial void NoResult(ILogger logger, string function);
    }
}
