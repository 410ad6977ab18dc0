using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Extensions.Hosting;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>Opens the triggers when the app's own hosted services have started, and closes them before those stop.</summary>
internal sealed class TriggerHost(IEnumerable<ITriggerListener> listeners, RuntimeClock clock, IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    private readonly List<ITriggerListener> _listeners = [.. listeners];

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var listener in _listeners)
        {
            await listener.StartAsync(cancellationToken);
        }

        clock.Ready();
        clock.Lost.Register(lifetime.StopApplication);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.WhenAll(_listeners.Select(l => l.StopAsync(cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
