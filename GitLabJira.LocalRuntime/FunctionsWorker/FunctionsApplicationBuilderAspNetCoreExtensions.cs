namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Turns HTTP functions over ASP.NET Core on.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        builder.UseAspNetCore();
        return builder;
    }
}
