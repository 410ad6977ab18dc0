using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Connect;

public static class ConnectRegistration
{
    public static IServiceCollection AddConnect(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<DescriptorBuilder>();
        services.AddSingleton<InstallKeyCache>();
        services.AddHttpClient<InstallKeys>(http =>
            {
                // Jira waits for the answer of an install; two hosts must fit.
                http.Timeout = TimeSpan.FromSeconds(2);
                http.MaxResponseContentBufferSize = 16 * 1024;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddTransient<InstallTokenVerifier>();
        services.AddTransient<LifecycleCalls>();
        return services;
    }
}
