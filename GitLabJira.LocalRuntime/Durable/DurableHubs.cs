using System.Collections.Concurrent;
using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>The task hubs that this process has to do with: its own, and others that a client names.</summary>
internal sealed class DurableHubs(HostSettings settings, HostJson hostJson, RuntimeClock clock, IOptions<WorkerOptions> options) : IDurableClients
{
    private readonly ConcurrentDictionary<(string Connection, string Hub), (TaskHub Hub, DurableTaskClient Client)> _hubs = [];

    public RuntimeDataConverter Converter { get; } = new(options.Value.Serializer!);

    public TaskHub Own => Find(connection: null, hub: null).Hub;

    public DurableTaskClient Get(DurableClientAttribute attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return Find(attribute.ConnectionName, attribute.TaskHub).Client;
    }

    private (TaskHub Hub, DurableTaskClient Client) Find(string? connection, string? hub) =>
        _hubs.GetOrAdd((settings.ConnectionString(connection), settings.Resolve(hub ?? hostJson.DurableTask.HubName)), key =>
        {
            var found = new TaskHub(key.Connection, key.Hub, clock);
            return (found, new LocalDurableTaskClient(found, Converter));
        });
}
