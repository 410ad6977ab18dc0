using System.Collections.Concurrent;
using System.Globalization;

namespace GitLabJira.Sandbox.Storage;

/// <summary>Counts what the app asks of its storage, and what the host does for it: it takes each message and deletes it.</summary>
public sealed class StorageLog
{
    private const int OfTheHost = 2;

    /// <summary>Its timer looks every five minutes, whatever happens.</summary>
    private const string OfTimers = "UnknownKeys";

    private readonly ConcurrentDictionary<StorageRequest, int> _counts = new();

    public int Tables => _counts.Where(request => request.Key.Service is StorageService.Table).Sum(request => request.Value);

    public int Queues => _counts.Where(request => request.Key.IsMessage).Sum(request => request.Value * (1 + OfTheHost));

    /// <summary>What the storage's meter counts of it.</summary>
    public int Transactions => Tables + Queues;

    /// <summary>For <see cref="World.WorldOptions.Storage"/>.</summary>
    public StorageFault Note(string process, StorageRequest request)
    {
        if (!request.IsOfTheHost && request.Resource != OfTimers)
        {
            _counts.AddOrUpdate(request, 1, (_, count) => count + 1);
        }

        return StorageFault.None;
    }

    public void Clear() => _counts.Clear();

    public override string ToString() =>
        string.Join('\n', _counts.OrderBy(request => request.Key.ToString(), StringComparer.Ordinal).Select(request => string.Create(CultureInfo.InvariantCulture, $"{request.Value} {request.Key.Method} {request.Key.Resource}")));
}
