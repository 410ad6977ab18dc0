namespace GitLabJira.Functions.Operations;

public static class OperationsRegistration
{
    public static IServiceCollection AddOperations(this IServiceCollection services) => services.AddTransient<OperatorDesk>();
}
