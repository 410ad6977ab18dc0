namespace GitLabJira.Functions.Health;

public static class HealthRegistration
{
    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<Readiness>();
}
