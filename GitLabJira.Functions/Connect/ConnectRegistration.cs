using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Connect;

public static class ConnectRegistration
{
    public static IServiceCollection AddConnect(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }
}
