using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Sealing;

public static class SealingRegistration
{
    public static IServiceCollection AddSealing(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }
}
