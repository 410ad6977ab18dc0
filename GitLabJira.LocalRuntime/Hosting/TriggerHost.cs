using Azure;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>Opens the triggers when the app's own hosted services have started, and closes them before those stop.</summary>
internal sealed class TriggerHost(
    IEnumerable<ITriggerListener> listeners, RuntimeClock clock, IHostApplicationLifetime lifetime, IServer server, LocalHostOptions options) : IHostedLifecycleService
{
    private readonly List<ITriggerListener> _listeners = [.. listeners];

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var listener in _listeners)
            {
                await listener.StartAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is RequestFailedException || e.InnerException is RequestFailedException)
        {
            throw new InvalidOperationException(
                $"The storage does not answer as it should. Does it run, and does the setting {HostSettings.DefaultStorage} (or the Connection of a trigger) name it?", e);
        }

        clock.Ready();
        clock.Lost.Register(lifetime.StopApplication);
        Announce();
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.WhenAll(_listeners.Select(l => l.StopAsync(cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A parent process waits for this line, whatever the log levels are.
    private void Announce()
    {
        if (options.Settings is not null || server.Features.Get<IServerAddressesFeature>() is not { } addresses)
        {
            return;
        }

        foreach (var address in addresses.Addresses)
        {
            Console.WriteLine($"Now listening on: {address}");
        }
    }
}
