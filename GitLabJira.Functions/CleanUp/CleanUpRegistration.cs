using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.CleanUp;

public static class CleanUpRegistration
{
    public static IServiceCollection AddCleanUp(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }
}
