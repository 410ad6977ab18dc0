using System.Reflection;
using System.Text.Json;
using Azure.Core.Serialization;
using GitLabJira.LocalRuntime.Http;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>Puts the host together behind <c>FunctionsApplicationBuilder</c>.</summary>
internal sealed class HostAssembler
{
    public const string DefaultAddress = "http://127.0.0.1:7071";

    private readonly LocalHostOptions _options;
    private readonly HostSettings _settings;
    private readonly HostJson _hostJson;
    private readonly Assembly _assembly;
    private bool _http;

    public HostAssembler(LocalHostOptions options)
    {
        _options = options;
        _assembly = options.Assembly ?? Assembly.GetEntryAssembly() ?? throw new InvalidOperationException("There is no entry assembly to find functions in.");

        var directory = options.Directory ?? Path.GetDirectoryName(_assembly.Location)!;
        _settings = options.Settings is { } given ? new(given) : HostSettings.FromProcess(directory);
        _hostJson = HostJson.Parse(options.HostJson ?? ReadHostJson(directory), _settings);

        Web = WebApplication.CreateEmptyBuilder(new()
        {
            Args = [.. options.Arguments],
            ApplicationName = _assembly.GetName().Name,
            ContentRootPath = directory,
            // func start, which this host stands in for, sets Development.
            EnvironmentName = _settings["AZURE_FUNCTIONS_ENVIRONMENT"] ?? _settings["DOTNET_ENVIRONMENT"] ?? Environments.Development,
        });

        AddConfiguration(directory);
        AddServices();
    }

    public WebApplicationBuilder Web { get; }

    public MiddlewarePipeline Middleware { get; } = new();

    public void UseAspNetCore()
    {
        if (_http)
        {
            return;
        }

        _http = true;
        Web.AddHttpTriggers(Middleware, _settings["ASPNETCORE_URLS"] ?? DefaultAddress);
    }

    public IHost Build()
    {
        var catalog = FunctionFinder.Find(_assembly, _options.FunctionClasses).Without(IsDisabled);
        Web.Services.AddSingleton(catalog);

        if (!_http)
        {
            if (catalog.TriggeredBy<HttpTriggerAttribute>().Any())
            {
                throw new InvalidOperationException("The app has HTTP functions: call ConfigureFunctionsWebApplication() on the builder.");
            }

            Web.Services.AddSingleton<IServer, NoServer>();
        }

        return Web.Build();
    }

    /// <summary>As of https://learn.microsoft.com/azure/azure-functions/disable-function.</summary>
    private bool IsDisabled(FunctionDescriptor function) => _settings[$"AzureWebJobs.{function.Name}.Disabled"] is { } disabled && (disabled is "1" || (bool.TryParse(disabled, out var yes) && yes));

    private static string? ReadHostJson(string directory)
    {
        var file = Path.Combine(directory, "host.json");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private void AddConfiguration(string directory)
    {
        Web.Configuration.SetBasePath(directory);
        Web.Configuration.AddJsonFile("appsettings.json", optional: true, reloadOnChange: false);

        if (_options.Settings is { } given)
        {
            Web.Configuration.AddInMemoryCollection(given.Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value)));
        }
        else
        {
            Web.Configuration.AddEnvironmentVariables();
        }

        Web.Configuration.AddCommandLine([.. _options.Arguments]);
    }

    private void AddServices()
    {
        var services = Web.Services;
        var clock = _options.Clock ?? ClockSource.Create(name => _settings[name]);

        Web.Host.UseDefaultServiceProvider(o => o.ValidateScopes = o.ValidateOnBuild = Web.Environment.IsDevelopment());
        AddLogging();

        services.AddSingleton(clock);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(_options);
        services.AddSingleton(_settings);
        services.AddSingleton(_hostJson);
        services.AddSingleton(new HostIdentity(_settings, _assembly));
        services.AddSingleton(Middleware);
        services.AddSingleton<TextConverter>();
        services.AddSingleton<ArgumentBinder>();
        services.AddSingleton<FunctionInvoker>();
        services.AddHostedService<TriggerHost>();

        // Case-insensitive and otherwise System.Text.Json's defaults: enums are numbers.
        services.Configure<JsonSerializerOptions>(o => o.PropertyNameCaseInsensitive = true);
        services.AddOptions<WorkerOptions>().PostConfigure<IOptions<JsonSerializerOptions>>((o, json) => o.Serializer ??= new JsonObjectSerializer(json.Value));

        services.AddTriggers();
    }

    private void AddLogging()
    {
        // Below the configuration, so that a developer can have these lines back.
        Web.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        Web.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        Web.Logging.AddConfiguration(Web.Configuration.GetSection("Logging"));
        Web.Logging.AddSimpleConsole(o => o.TimestampFormat = "HH:mm:ss.fff ");
    }
}
