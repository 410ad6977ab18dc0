using System.Text.Json;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>What this host honours of <c>host.json</c>, with the real host's defaults.</summary>
public sealed record HostJson
{
    // By reflection: generated code would overwrite the defaults of init properties that the file does not name.
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public HttpSection Http { get; init; } = new();

    public QueuesSection Queues { get; init; } = new();

    public DurableTaskSection DurableTask { get; init; } = new();

    internal static HostJson Parse(string? text) =>
        text is null ? new() : JsonSerializer.Deserialize<HostJsonFile>(text, Options)?.Extensions ?? new();
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

internal sealed record HostJsonFile(HostJson? Extensions);
