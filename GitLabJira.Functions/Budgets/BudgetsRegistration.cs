using GitLabJira.Functions.Hosting;

namespace GitLabJira.Functions.Budgets;

public static class BudgetsRegistration
{
    public static IServiceCollection AddBudgets(this IServiceCollection services)
    {
        services.AddSettings<BudgetOptions>(BudgetOptions.Section);
        services.AddSingleton<BudgetStore>();
        services.AddSingleton<SharedBudgets>();
        return services;
    }
}
