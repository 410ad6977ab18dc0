using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Reconcile;

public static class ReconcileRegistration
{
    public static IServiceCollection AddReconcile(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTransient<LinkRound>();
        services.AddTransient<GroupRound>();
        services.AddTransient<ProjectRound>();
        services.AddTransient<BranchComparison>();
        services.AddTransient<CiComparison>();
        return services;
    }
}
