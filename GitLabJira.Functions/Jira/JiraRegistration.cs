using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Jira;

public static class JiraRegistration
{
    public static IServiceCollection AddJira(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }
}
