using Azure.Data.Tables;
using Azure.Storage.Queues;
using GitLabJira.Sandbox.Storage;

namespace GitLabJira.LocalRuntime.Tests.Storage;

/// <summary>One emulator for all tests of the assembly; each test takes names of its own.</summary>
[TestClass]
public static class SharedAzurite
{
    private static readonly Lazy<Task<Azurite>> Running = new(() => Azurite.StartAsync());

    private static int _names;

    public static async Task<string> ConnectionStringAsync() => (await Running.Value).ConnectionString;

    public static async Task<TableServiceClient> TablesAsync() => new(await ConnectionStringAsync());

    public static async Task<QueueServiceClient> QueuesAsync() => new(await ConnectionStringAsync());

    /// <summary>Begins with a letter, lower case, fit for tables and queues.</summary>
    public static string NewName() => $"t{Environment.ProcessId}x{Interlocked.Increment(ref _names)}";

    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        if (Running.IsValueCreated)
        {
            await (await Running.Value).DisposeAsync();
        }
    }
}
