using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Storage;

public static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StorageOptions>(StorageOptions.Section);
        services.AddSettings<StorageAccountOptions>(StorageAccountOptions.Section)
            .Configure(options => options.ConnectionString = configuration[StorageAccountOptions.Section]);

        services.AddSingleton(provider => provider.GetRequiredService<IOptions<StorageAccountOptions>>().Value switch
        {
            { ConnectionString: { Length: > 0 } connection } => new TableServiceClient(connection, Quick(new TableClientOptions())),
            var account => new TableServiceClient(account.Table, account.Identity(), Quick(new TableClientOptions())),
        });
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<StorageAccountOptions>>().Value switch
        {
            { ConnectionString: { Length: > 0 } connection } => new BlobServiceClient(connection, Quick(new BlobClientOptions())),
            var account => new BlobServiceClient(account.Blob, account.Identity(), Quick(new BlobClientOptions())),
        });
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<StorageAccountOptions>>().Value switch
        {
            { ConnectionString: { Length: > 0 } connection } => new QueueServiceClient(connection, Quick(QueueOptions())),
            var account => new QueueServiceClient(account.Queue, account.Identity(), Quick(QueueOptions())),
        });

        services.AddSingleton<AppTables>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<MessageBlobs>();
        services.AddSingleton<MessageQueue>();
        services.AddSingleton<IMessageQueue>(provider => provider.GetRequiredService<MessageQueue>());
        services.AddSingleton<ISealedMessages>(provider => provider.GetRequiredService<MessageQueue>());
        return services;
    }

    /// <summary>Has the tables <c>name</c>yyyyMMdd dropped when they are older than <paramref name="keptFor"/>.</summary>
    public static IServiceCollection AddDatedTable(this IServiceCollection services, string name, TimeSpan keptFor) =>
        services.AddSingleton(new DatedTable(name, keptFor));

    // The host decodes base64 (host.json), so we encode it.
    private static QueueClientOptions QueueOptions() => new() { MessageEncoding = QueueMessageEncoding.Base64 };

    // A webhook has ten seconds: better a quick second attempt than a long first one.
    private static T Quick<T>(T options)
        where T : ClientOptions
    {
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(15);
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        return options;
    }
}
