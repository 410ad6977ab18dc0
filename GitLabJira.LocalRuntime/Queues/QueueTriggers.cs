using Azure.Data.Tables;
using Azure.Storage.Queues;
using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Queues;

/// <summary>Listens to the queues of all functions with a <c>[QueueTrigger]</c>.</summary>
internal sealed class QueueTriggers(
    FunctionCatalog functions, HostSettings settings, HostJson hostJson, FunctionInvoker invoker, RuntimeClock clock, ILogger<QueueTriggers> logger)
    : ITriggerListener, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<Task> _listening = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (function, trigger) in functions.TriggeredBy<QueueTriggerAttribute>())
        {
            var connection = settings.ConnectionString(trigger.Connection);
            var name = settings.Resolve(trigger.QueueName).ToLowerInvariant();
            var queue = new QueueClient(connection, name);
            IQueueSource source = clock.IsVirtual
                ? new LeasedQueueSource(queue, new TableClient(connection, LeasedQueueSource.TableName), clock, hostJson.Queues.MessageEncoding)
                : new StorageQueueSource(queue);

            await source.CreateAsync(cancellationToken);
            var listener = new QueueListener(
                function, source, new QueueClient(connection, name + QueueRules.PoisonSuffix), hostJson.Queues, invoker, clock, logger);
            _listening.Add(Detached.Run(() => listener.RunAsync(_stop.Token, _abort.Token)));
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await using var patience = cancellationToken.Register(_abort.Cancel);
        await Task.WhenAll(_listening);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _abort.Dispose();
    }
}

internal static class QueuesRegistration
{
    public static IServiceCollection AddQueueTriggers(this IServiceCollection services) => services.AddSingleton<ITriggerListener, QueueTriggers>();
}
