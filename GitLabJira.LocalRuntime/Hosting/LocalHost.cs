using Microsoft.Azure.Functions.Worker.Builder;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>Builds a host for an app that is not the entry assembly.</summary>
public static class LocalHost
{
    public static FunctionsApplicationBuilder CreateBuilder(LocalHostOptions options) => new(options);
}
