using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.InitialSync;

public static class InitialSyncRegistration
{
    public static IServiceCollection AddInitialSync(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }
}
