using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Runs the orchestrators and activities of the app.</summary>
internal sealed class DurableTriggers(FunctionCatalog functions, DurableHubs hubs, HostJson hostJson, FunctionInvoker invoker, ILoggerFactory loggers) : ITriggerListener, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<Task> _running = [];

    private static int Default => 10 * Environment.ProcessorCount;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var catalog = new OrchestratorCatalog(functions);
        if (catalog.IsEmpty)
        {
            return;
        }

        var hub = hubs.Own;
        await hub.CreateAsync(cancellationToken);

        var options = hostJson.DurableTask;
        var activities = new ActivityPump(
            hub, catalog, invoker, hubs.Converter, options.MaxConcurrentActivityFunctions ?? Default, loggers.CreateLogger<ActivityPump>());
        var orchestrations = new OrchestrationPump(
            hub, catalog, activities, invoker, hubs.Converter, options.MaxConcurrentOrchestratorFunctions ?? Default, loggers);

        // Orchestrations end first: what they ask for at last is not begun here.
        _running.Add(Detached.Run(() => activities.RunAsync(_stop.Token, _abort.Token)));
        _running.Add(Detached.Run(() => orchestrations.RunAsync(_stop.Token)));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await using var patience = cancellationToken.Register(_abort.Cancel);
        await Task.WhenAll(_running);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _abort.Dispose();
    }
}

internal static class DurableRegistration
{
    public static IServiceCollection AddDurableTriggers(this IServiceCollection services) => services
        .AddSingleton<DurableHubs>()
        .AddSingleton<IDurableClients>(s => s.GetRequiredService<DurableHubs>())
        .AddSingleton<ITriggerListener, DurableTriggers>();
}
