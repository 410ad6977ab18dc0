using Azure.Data.Tables;
using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>A task hub: its tables, and who in this process wants to know at once that something was put into them.</summary>
internal sealed class TaskHub
{
    public TaskHub(string connection, string name, RuntimeClock clock)
    {
        Name = name;
        Clock = clock;
        var tables = new TableServiceClient(connection);
        Payloads = new(tables.GetTableClient($"{name}Payloads"));
        Instances = new(tables.GetTableClient($"{name}Instances"), Payloads);
        Topic = $"{name}Work";
        Work = new(tables.GetTableClient(Topic), () => clock.Changed(Topic));
    }

    /// <summary>For how long a dead process's work is left alone, as with the real backend.</summary>
    public static TimeSpan TakenFor { get; } = TimeSpan.FromMinutes(5);

    public string Name { get; }

    public RuntimeClock Clock { get; }

    /// <summary>What the virtual clock calls new work of this hub.</summary>
    public string Topic { get; }

    public InstanceTable Instances { get; }

    public WorkTable Work { get; }

    public PayloadTable Payloads { get; }

    /// <summary>Set by the pump of this process, if it has one.</summary>
    public Action MessagesAdded { get; set; } = () => { };

    public Action ActivitiesAdded { get; set; } = () => { };

    public Task CreateAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Instances.CreateAsync(cancellationToken), Work.CreateAsync(cancellationToken), Payloads.CreateAsync(cancellationToken));

    /// <summary>Sends a message and tells this process's own pump.</summary>
    public async Task SendAsync(string instance, string? execution, HistoryEvent happened, DateTimeOffset? visibleOn, CancellationToken cancellationToken)
    {
        var stored = await Payloads.StoreAsync(happened, cancellationToken);
        await Work.AddAsync(WorkItem.Message(instance, execution, stored, visibleOn ?? Clock.SharedUtcNow), cancellationToken);
        MessagesAdded();
    }
}
