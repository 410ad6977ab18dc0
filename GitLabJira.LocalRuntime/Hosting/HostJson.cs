using System.Text;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>
/// What this host honours of <c>host.json</c>, with the real host's defaults. Settings override the file:
/// <c>AzureFunctionsJobHost__extensions__queues__batchSize</c> (https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values).
/// </summary>
public sealed record HostJson
{
    private const string Overrides = "AzureFunctionsJobHost";

    public HttpSection Http { get; init; } = new();

    public QueuesSection Queues { get; init; } = new();

    public DurableTaskSection DurableTask { get; init; } = new();

    /// <exception cref="InvalidOperationException">A value is of the wrong type; the message names it.</exception>
    internal static HostJson Parse(string? text, HostSettings settings)
    {
        var values = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text ?? "{}")))
            .AddInMemoryCollection(settings.Under(Overrides))
            .Build();
        return values.GetSection("extensions").Get<HostJson>() ?? new();
    }
}

public sealed record HttpSection
{
    public string RoutePrefix { get; init; } = "api";
}

/// <summary>See https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#host-json.</summary>
public sealed record QueuesSection
{
    public int BatchSize { get; init; } = 16;

    /// <summary>Null: half the batch size, times the number of processors, as the real host defaults it.</summary>
    public int? NewBatchThreshold { get; init; }

    public int MaxDequeueCount { get; init; } = 5;

    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The delay after a failure, not the time for which a message is taken.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    public string MessageEncoding { get; init; } = "base64";
}

/// <summary>See https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-bindings#host-json.</summary>
public sealed record DurableTaskSection
{
    public string HubName { get; init; } = "TestHubName";

    /// <summary>Null: ten times the number of processors.</summary>
    public int? MaxConcurrentActivityFunctions { get; init; }

    /// <summary>Null: ten times the number of processors.</summary>
    public int? MaxConcurrentOrchestratorFunctions { get; init; }
}
