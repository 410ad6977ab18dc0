using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.CreateBranch;

public static class CreateBranchRegistration
{
    public static IServiceCollection AddCreateBranch(this IServiceCollection services)
    {
        services.AddDatedTable(BranchVisits.TableName, BranchVisits.KeptFor);
        services.AddSingleton<BranchVisits>();
        services.AddTransient<BranchGate>();
        services.AddTransient<BranchViews>();
        services.AddTransient<BranchSignIns>();
        return services;
    }
}
