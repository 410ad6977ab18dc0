using GitLabJira.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Takes an app's configuration, services and middleware, and builds the host that runs its functions.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostAssembler _assembler;
    private bool _built;

    internal FunctionsApplicationBuilder(LocalHostOptions options) => _assembler = new(options);

    public IDictionary<object, object> Properties => Inner.Properties;

    public ConfigurationManager Configuration => _assembler.Web.Configuration;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public IHostEnvironment Environment => _assembler.Web.Environment;

    public ILoggingBuilder Logging => _assembler.Web.Logging;

    public IMetricsBuilder Metrics => _assembler.Web.Metrics;

    public IServiceCollection Services => _assembler.Web.Services;

    private IHostApplicationBuilder Inner => _assembler.Web;

    public IHost Build()
    {
        ThrowIfBuilt();
        _built = true;
        return _assembler.Build();
    }

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        Inner.ConfigureContainer(factory, configure);

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        _assembler.Middleware.Add(middleware);
        return this;
    }

    internal void UseAspNetCore()
    {
        ThrowIfBuilt();
        _assembler.UseAspNetCore();
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("The application has already been built.");
        }
    }
}
