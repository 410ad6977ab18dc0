using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Relay;

public static class RelayRegistration
{
    public static IServiceCollection AddRelay(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddDatedTable(LookTable.Name, LookTable.KeptFor);
        services.AddSingleton<ProjectCache>();
        services.AddSingleton<ILookLog, LookLog>();
        services.AddTransient<EntityReader>();

        services.AddMetrics();
        services.AddSingleton<HookCounts>();
        services.AddTransient<GitLabWebhookVerifier>();
        services.AddSingleton<LookQueue>();
        services.AddSingleton<ILooks>(provider => provider.GetRequiredService<LookQueue>());
        services.AddSingleton<IRepairLooks>(provider => provider.GetRequiredService<LookQueue>());
        services.AddTransient<BranchTranslation>();
        services.AddTransient<CommitTranslation>();
        services.AddTransient<MergeRequestTranslation>();
        services.AddTransient<PushTranslation>();
        services.AddTransient<CiReader>();
        services.AddTransient<BuildTranslation>();
        services.AddTransient<DeploymentTranslation>();
        services.AddTransient<FeatureFlagTranslation>();
        services.AddSingleton<IProjectArrivals, ProjectArrivals>();
        services.AddTransient<ProjectPlaces>();
        services.AddTransient<ProjectTranslation>();
        services.AddTransient<MemberTranslation>();
        services.AddTransient<BodyTranslation>();
        services.AddTransient<EntityTranslations>();
        services.AddTransient<EventTranslation>();
        return services;
    }
}
