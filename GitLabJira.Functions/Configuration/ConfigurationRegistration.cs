using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Configuration;

public static class ConfigurationRegistration
{
    public static IServiceCollection AddConfiguration(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<PageOptions>(PageOptions.Section);
        services.AddTransient<PageGate>();
        services.AddTransient<GitLabVersion>();
        services.AddTransient<FirstLook>();
        services.AddTransient<LinkViews>();
        services.AddSingleton<LinkerNameCache>();
        services.AddTransient<LinkerNames>();
        services.AddTransient<EarlierLinks>();
        services.AddTransient<OwnLinks>();
        services.AddTransient<ProjectNames>();
        services.AddTransient<Linking>();
        services.AddTransient<SignInRedemption>();
        return services;
    }
}
