using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Configuration;

public static class ConfigurationRegistration
{
    public static IServiceCollection AddConfiguration(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }
}
