using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.GitLab;

public static class GitLabRegistration
{
    public static IServiceCollection AddGitLab(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }
}
