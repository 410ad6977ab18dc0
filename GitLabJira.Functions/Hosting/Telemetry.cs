using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GitLabJira.Functions.Hosting;

/// <summary>Sends traces, metrics and logs to Application Insights, or to an OpenTelemetry collector on a developer's machine. Without either setting nothing of it is there.</summary>
public static class Telemetry
{
    /// <summary>Set by Azure; the host goes by it too.</summary>
    public const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary><c>ClientId=…;Authorization=AAD</c>: as whom to write. The host reads it by itself, the exporter does not.</summary>
    public const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>The collector's address (OpenTelemetry's own name for it).</summary>
    public const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string ServiceName = "gitlabjira";

    /// <summary>The worker's own source: one activity per invocation, in the host's trace.</summary>
    private const string WorkerSource = "Microsoft.Azure.Functions.Worker";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var insights = configuration[ConnectionString];
        var collector = configuration[Collector];

        if (string.IsNullOrEmpty(insights) && string.IsNullOrEmpty(collector))
        {
            return services;
        }

        var credential = CredentialOf(configuration[Authentication]);

        void Insights(AzureMonitorExporterOptions options)
        {
            options.ConnectionString = insights;
            options.Credential = credential;
        }

        // What UseFunctionsWorkerDefaults of the worker's own package announces.
        services.Configure<WorkerOptions>(worker =>
        {
            // The host must not send a second time what the worker sends.
            worker.Capabilities["WorkerOpenTelemetryEnabled"] = bool.TrueString;
            // Without it the worker falls back to 1.17.0: each of its activities is then called "Invoke", whatever the function, and counts as one more request.
            worker.Capabilities["WorkerOpenTelemetrySchemaVersion"] = "1.37.0";
        });
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName))
            .WithTracing(traces =>
            {
                traces
                    .AddSource(AppTraces.SourceName, WorkerSource)
                    .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase))
                    .AddHttpClientInstrumentation()
                    // Before the exporters, which run in the order they are added.
                    .AddProcessor<TracePrivacy>();
                _ = string.IsNullOrEmpty(insights) ? traces : traces.AddAzureMonitorTraceExporter(Insights);
                _ = string.IsNullOrEmpty(collector) ? traces : traces.AddOtlpExporter();
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(AppMetrics.MeterName, AppMetrics.MeterName + ".*");
                _ = string.IsNullOrEmpty(insights) ? metrics : metrics.AddAzureMonitorMetricExporter(Insights);
                _ = string.IsNullOrEmpty(collector) ? metrics : metrics.AddOtlpExporter();
            })
            .WithLogging(logs =>
            {
                _ = string.IsNullOrEmpty(insights) ? logs : logs.AddAzureMonitorLogExporter(Insights);
                _ = string.IsNullOrEmpty(collector) ? logs : logs.AddOtlpExporter();
            });
        return services;
    }

    /// <returns>Null where the connection string alone is enough: Application Insights takes its key, unless local authentication is off there.</returns>
    internal static TokenCredential? CredentialOf(string? authentication)
    {
        var parts = (authentication ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);

        return !parts.TryGetValue("Authorization", out var kind) || !string.Equals(kind, "AAD", StringComparison.OrdinalIgnoreCase) ? null
            : parts.TryGetValue("ClientId", out var clientId) ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned);
    }
}
