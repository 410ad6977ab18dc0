using GitLabJira.Functions.GitLab.Projects;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.InitialSync;

public static class InitialSyncRegistration
{
    public static IServiceCollection AddInitialSync(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ProjectStore>();
        services.AddSingleton<IProjects>(provider => provider.GetRequiredService<ProjectStore>());
        services.AddSingleton<SyncProjectStore>();
        services.AddSingleton<SyncRunStore>();
        services.AddSingleton<ISyncRuns>(provider => provider.GetRequiredService<SyncRunStore>());
        services.AddSingleton<HostSlots>();
        services.AddTransient<RunGuard>();
        services.AddTransient<RunCounter>();
        services.AddTransient<ReadingTools>();
        return services;
    }
}
