namespace GitLabJira.Functions.Toolchain;

public static class ToolchainRegistration
{
    public static IServiceCollection AddToolchain(this IServiceCollection services)
    {
        services.AddTransient<ToolchainCalls>();
        services.AddTransient<ToolchainCatalog>();
        return services;
    }
}
