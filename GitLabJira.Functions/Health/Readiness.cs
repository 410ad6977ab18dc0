using System.Security.Cryptography;
using Azure.Storage.Queues;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Health;

/// <summary>Looks whether what every webhook needs is there: tables, the queue, and a key to seal with. Somebody who asks often costs little: an answer holds for a few seconds.</summary>
/// <remarks>The key counts as there while this process holds an unwrapped data key, with which it works on even when the vault is away.</remarks>
public sealed partial class Readiness(AppTables tables, QueueServiceClient queues, ISealer sealer, TimeProvider clock, ILogger<Readiness> logger)
{
    private static readonly TimeSpan HoldsFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly SealContext Probe = new("health", "probe", "probe", "probe");

    private readonly Lock _lock = new();
    private Task<IReadOnlyDictionary<string, bool>>? _last;
    private DateTimeOffset _until;

    /// <returns>The checks by name, and whether each passed.</returns>
    public Task<IReadOnlyDictionary<string, bool>> CheckAsync()
    {
        lock (_lock)
        {
            if (_last is null || (_last.IsCompleted && clock.GetUtcNow() >= _until))
            {
                _until = clock.GetUtcNow() + HoldsFor;
                _last = LookAsync();
            }

            return _last;
        }
    }

    private async Task<IReadOnlyDictionary<string, bool>> LookAsync()
    {
        using var late = new CancellationTokenSource(Longest, clock);
        var storage = PassesAsync("storage", () => tables.Get("Installations").FindAsync("health", "probe", late.Token));
        var queue = PassesAsync("queue", () => queues.GetQueueClient(QueueNames.GitLabEvents).ExistsAsync(late.Token));
        var key = PassesAsync("key", async () => await sealer.OpenAsync(await sealer.SealAsync(RandomNumberGenerator.GetBytes(16), Probe, late.Token), Probe, late.Token));

        return new Dictionary<string, bool>(StringComparer.Ordinal)
        {
            ["storage"] = await storage,
            ["queue"] = await queue,
            ["key"] = await key,
        };
    }

    private async Task<bool> PassesAsync(string check, Func<Task> look)
    {
        try
        {
            await look();
            return true;
        }
        catch (Exception failure)
        {
            Log.Failed(logger, check, failure.GetType().Name);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Not ready: {Check} does not answer ({Failure}).")]
        public static partial void Failed(ILogger logger, string check, string failure);
    }
}
