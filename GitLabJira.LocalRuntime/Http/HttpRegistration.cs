using GitLabJira.LocalRuntime.Invocation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.LocalRuntime.Http;

internal static class HttpRegistration
{
    public static void AddHttpTriggers(this WebApplicationBuilder builder, MiddlewarePipeline middleware, string address)
    {
        builder.WebHost.UseKestrelCore().UseUrls(address);
        builder.Services.AddRouting();
        builder.Services.AddMvcCore();
        builder.Services.AddSingleton<FunctionKeys>();
        builder.Services.AddSingleton<HttpFunctions>();
        // The first filter is the outermost: what the host answers itself never reaches the app's filters.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, HostLayer>());

        // Like the real proxying middleware it stands where ConfigureFunctionsWebApplication is called: what the app adds before does not see the HttpContext.
        middleware.Add(next => context => HttpInvocation.RunAsync(context, next));
    }
}
