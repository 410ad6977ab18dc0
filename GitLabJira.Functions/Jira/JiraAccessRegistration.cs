using System.Net;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Jira.Users;

namespace GitLabJira.Functions.Jira;

/// <summary>Who Jira's sites and users are, and how the app and they know each other.</summary>
public static class JiraAccessRegistration
{
    public static IServiceCollection AddJiraAccess(this IServiceCollection services)
    {
        services.AddSettings<ConnectOptions>(ConnectOptions.Section);

        services.AddSingleton<InstallationStore>();
        services.AddSingleton<IInstallations>(provider => provider.GetRequiredService<InstallationStore>());
        services.AddSingleton<IInstallationStore>(provider => provider.GetRequiredService<InstallationStore>());

        services.AddSingleton<IConnectTokens, ConnectTokens>();
        services.AddSingleton<IConnectAuthenticator, ConnectAuthenticator>();

        services.AddSingleton<YesCache>();
        services.AddTransient<ISiteAdmins, SiteAdmins>();
        services.AddHttpClient<JiraUserClient>(http =>
            {
                http.Timeout = TimeSpan.FromSeconds(8);
                http.MaxResponseContentBufferSize = 1024 * 1024;
            })
            // A redirect would carry the token to another host.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All });

        return services;
    }
}
