using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Sealing;

public static class SealingRegistration
{
    public static IServiceCollection AddSealing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<SealingOptions>(SealingOptions.Section);
        services.AddSingleton<IKeyWrapper, LocalFileKeyWrapper>();
        services.AddSingleton<IDataKeyRows, DataKeyRows>();
        services.AddSingleton<DataKeys>();
        services.AddSingleton<ISealer, Sealer>();
        return services;
    }
}
