using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Relay;

public static class RelayRegistration
{
    public static IServiceCollection AddRelay(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }
}
