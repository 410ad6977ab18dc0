using System.Net;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Jira.Sent;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Jira;

public static class JiraRegistration
{
    private const int LargestAnswer = 4 * 1024 * 1024;

    public static IServiceCollection AddJira(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHttpClient<JiraClient>(http =>
            {
                // The client's own limit runs on the injected clock.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = LargestAnswer;
            })
            // A redirect would carry body and token to another host.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All });

        services.AddSingleton<JiraRates>();
        services.AddSingleton<Sequences>();
        services.AddSingleton<SentStore>();
        services.AddSingleton<ISent>(provider => provider.GetRequiredService<SentStore>());
        services.AddSingleton<OutboxStore>();
        services.AddSingleton<SiteStore>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<DeliveryTurns>();
        services.AddSingleton<Gatherings<(string ClientKey, Lane Lane), Submission>>();
        services.AddSingleton<DeliveryOutcomes>();
        services.AddSingleton<UnknownKeys>();
        services.AddTransient<JiraDispatch>();
        services.AddTransient<SiteDelivery>();
        services.AddTransient<IDelivery, JiraDelivery>();
        services.AddTransient<IJiraCleanUp, JiraCleanUp>();

        return services;
    }
}
