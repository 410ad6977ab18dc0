using Azure.Core.Serialization;
using Azure.Data.Tables;
using GitLabJira.LocalRuntime.Durable;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Tests.Storage;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.LocalRuntime.Tests.Durable;

/// <summary>A task hub of its own in virtual time, which the test holds still except while it waits.</summary>
public abstract class DurableTestBase : IAsyncDisposable
{
    private static readonly RuntimeDataConverter Converter = new(new JsonObjectSerializer());

    protected static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<StorageHost> _hosts = [];
    private readonly List<VirtualClockClient> _processes = [];
    private readonly VirtualClockServer _server;

    protected DurableTestBase(TestContext test)
    {
        Test = test;
        _server = new(Clock);
    }

    protected TestContext Test { get; }

    protected CancellationToken Token => Test.CancellationToken;

    protected VirtualClock Clock { get; } = new(Start);

    protected DurableScript Script { get; } = new();

    protected string HubName { get; } = SharedAzurite.NewName();

    protected int MaxActivities { get; set; } = 20;

    protected DurableTaskClient Client { get; private set; } = null!;

    protected string ClockAddress => _server.Address;

    /// <summary>A host in this process.</summary>
    protected async Task StartAsync() => Client = await StartHostAsync(Clock);

    /// <summary>A host that has a connection to the clock of its own, as another process would.</summary>
    protected async Task<VirtualClockClient> StartProcessAsync(string name, DurableScript? script = null)
    {
        var process = await VirtualClockClient.ConnectAsync(_server.Address, name, ready: false, cancellationToken: Token);
        _processes.Add(process);
        Client = await StartHostAsync(process, script);
        return process;
    }

    protected async Task<OrchestrationMetadata> RunAsync(Func<TaskOrchestrationContext, Task<object?>> orchestrator, object? input = null)
    {
        Script.Main = orchestrator;
        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Main", input, Token);
        return await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Token);
    }

    protected async Task<OrchestrationMetadata> GetAsync(string id) => (await Client.GetInstanceAsync(id, getInputsAndOutputs: true, Token))!;

    /// <summary>A client without a host.</summary>
    protected DurableTaskClient CreateClient() => new LocalDurableTaskClient(new TaskHub(SharedAzurite.ConnectionStringAsync().GetAwaiter().GetResult(), HubName, Clock), Converter);

    protected async Task<int> CountAsync(string table) =>
        await (await SharedAzurite.TablesAsync()).GetTableClient(HubName + table).QueryAsync<TableEntity>(cancellationToken: Token).CountAsync(Token);

    protected Task PassAsync(TimeSpan time) => Clock.DelayAsync(time, ct: Token);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _server.DisposeAsync();
        Clock.Dispose();
    }

    private async Task<DurableTaskClient> StartHostAsync(RuntimeClock clock, DurableScript? script = null)
    {
        var host = await StorageHost.StartAsync(
            [typeof(MainOrchestrator), typeof(ChildOrchestrator), typeof(PaintOrchestrator), typeof(Activities)],
            $$"""{"extensions":{"durableTask":{"hubName":"{{HubName}}","maxConcurrentActivityFunctions":{{MaxActivities}} } } }""",
            new Dictionary<string, string>(), clock, [script ?? Script], Token);
        _hosts.Add(host);
        return host.Services.GetRequiredService<IDurableClients>().Get(new DurableClientAttribute());
    }
}
