using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Trail;

public static class TrailRegistration
{
    public static IServiceCollection AddTrail(this IServiceCollection services)
    {
        services.AddDatedTable(TrailTable.Name, TrailTable.KeptFor);
        services.AddSingleton<ITrail, TrailStore>();
        return services;
    }
}
