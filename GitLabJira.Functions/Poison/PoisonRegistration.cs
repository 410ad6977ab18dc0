using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Poison;

public static class PoisonRegistration
{
    public static IServiceCollection AddPoison(this IServiceCollection services)
    {
        services.AddDatedTable(FailureStore.AttemptsTable, FailureStore.AttemptsKeptFor);
        services.AddSingleton<IFailures, FailureStore>();
        services.AddTransient<PoisonQueue>();
        services.AddTransient<QueueAttempts>();
        return services;
    }
}
