using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.FaultyApp;

/// <summary>The storage clients with as many attempts as ever, but hardly a wait between them: it would be real time, while the virtual one stands still.</summary>
internal static class QuickRetries
{
    public static void RetryQuickly(this IServiceCollection services, IConfiguration configuration)
    {
        var connection = configuration["AzureWebJobsStorage"];
        services.AddSingleton(new TableServiceClient(connection, Quick(new TableClientOptions())));
        services.AddSingleton(new BlobServiceClient(connection, Quick(new BlobClientOptions())));
        services.AddSingleton(new QueueServiceClient(connection, Quick(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 })));
    }

    private static T Quick<T>(T options)
        where T : ClientOptions
    {
        options.Retry.Delay = TimeSpan.FromMilliseconds(5);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(20);
        return options;
    }
}
