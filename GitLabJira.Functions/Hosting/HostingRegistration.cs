using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GitLabJira.Functions.Hosting;

public static class HostingRegistration
{
    public static IServiceCollection AddHosting(this IServiceCollection services)
    {
        // The embedded host brings its own clock, which then wins.
        services.TryAddSingleton(TimeProvider.System);
        services.AddSettings<AppOptions>(AppOptions.Section);
        services.AddTransient<IStartupFilter, SecurityHeaders>();
        // One line per unit of work is ours to write; these write several per request.
        services.AddLogging(logging => logging
            .AddFilter("Polly", LogLevel.Warning)
            .AddFilter("System.Net.Http.HttpClient", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            // In Azure too the worker has a web server of its own (ConfigureFunctionsWebApplication), which logs each request with its query: Jira's token, GitLab's code and state would be stored.
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
        return services;
    }
}
