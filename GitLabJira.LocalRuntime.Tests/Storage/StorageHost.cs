using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Tests.Storage;

/// <summary>A host on the shared emulator, as one process of an app would have it.</summary>
internal sealed class StorageHost(IHost host) : IAsyncDisposable
{
    public IServiceProvider Services => host.Services;

    public static async Task<StorageHost> StartAsync(
        IReadOnlyList<Type> functions,
        string hostJson,
        IReadOnlyDictionary<string, string> settings,
        RuntimeClock? clock,
        IEnumerable<object> services,
        CancellationToken cancellationToken)
    {
        var builder = LocalHost.CreateBuilder(new()
        {
            Assembly = typeof(StorageHost).Assembly,
            FunctionClasses = functions,
            HostJson = hostJson,
            Clock = clock,
            Settings = new Dictionary<string, string>(settings) { ["AzureWebJobsStorage"] = await SharedAzurite.ConnectionStringAsync() },
        });
        builder.Logging.ClearProviders();
        foreach (var service in services)
        {
            builder.Services.AddSingleton(service.GetType(), service);
        }

        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        // Functions of a test may hang on purpose.
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            await host.StopAsync(impatient.Token);
        }
        catch (OperationCanceledException)
        {
            // They did.
        }

        host.Dispose();
    }
}
