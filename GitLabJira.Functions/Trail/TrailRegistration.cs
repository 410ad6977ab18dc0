using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail.Reading;

namespace GitLabJira.Functions.Trail;

public static class TrailRegistration
{
    public static IServiceCollection AddTrail(this IServiceCollection services)
    {
        services.AddDatedTable(TrailTable.Name, TrailTable.KeptFor);
        services.AddSingleton<ITrail, TrailStore>();
        services.AddSingleton<LinkPulse>();
        services.AddTransient<TrailHints>();
        services.AddTransient<TrailReader>();
        return services;
    }
}
