using Azure.Security.KeyVault.Keys.Cryptography;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Sealing;

public static class SealingRegistration
{
    public static IServiceCollection AddSealing(this IServiceCollection services, IConfiguration configuration)
    {
        // Where storage is reached by identity the app runs in Azure: a key file there would differ from instance to instance.
        services.AddSettings<SealingOptions>(SealingOptions.Section)
            .Validate<IOptions<StorageAccountOptions>>(
                (sealing, storage) => sealing.KeyVaultKeyId is not null || !string.IsNullOrEmpty(storage.Value.ConnectionString),
                $"Setting {SealingOptions.Section}:{nameof(SealingOptions.KeyVaultKeyId)} (environment variable {SealingOptions.Section}__{nameof(SealingOptions.KeyVaultKeyId)}): is required unless {StorageAccountOptions.Section} is a connection string.");

        if (string.IsNullOrEmpty(configuration[$"{SealingOptions.Section}:{nameof(SealingOptions.KeyVaultKeyId)}"]))
        {
            services.AddSingleton<IKeyWrapper, LocalFileKeyWrapper>();
        }
        else
        {
            // One identity for storage and vault.
            services.AddSingleton<IKeyWrapper>(provider =>
            {
                var identity = provider.GetRequiredService<IOptions<StorageAccountOptions>>().Value.Identity();
                return new KeyVaultKeyWrapper(provider.GetRequiredService<IOptions<SealingOptions>>(), keyId => new CryptographyClient(keyId, identity));
            });
        }

        services.AddSingleton<IDataKeyRows, DataKeyRows>();
        services.AddSingleton<DataKeys>();
        services.AddSingleton<ISealer, Sealer>();
        return services;
    }
}
