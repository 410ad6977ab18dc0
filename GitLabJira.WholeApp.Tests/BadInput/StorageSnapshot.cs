using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace GitLabJira.WholeApp.Tests.BadInput;

/// <summary>Everything that the app and its host keep: rows, messages and blobs, each with its version.</summary>
internal sealed class StorageSnapshot
{
    private readonly SortedDictionary<string, string> _entries = new(StringComparer.Ordinal);

    private StorageSnapshot()
    {
    }

    public int Count => _entries.Count;

    /// <summary>Each as <c>row table / partition / row</c>, <c>messages in queue</c> or <c>blob container / name</c>.</summary>
    public IEnumerable<string> Entries => _entries.Keys;

    public static async Task<StorageSnapshot> TakeAsync(string connectionString, CancellationToken cancellationToken)
    {
        var entries = await Task.WhenAll(
            RowsAsync(new TableServiceClient(connectionString), cancellationToken),
            MessagesAsync(new QueueServiceClient(connectionString), cancellationToken),
            BlobsAsync(new BlobServiceClient(connectionString), cancellationToken));
        var snapshot = new StorageSnapshot();

        foreach (var (entry, version) in entries.SelectMany(found => found))
        {
            snapshot._entries.Add(entry, version);
        }

        return snapshot;
    }

    /// <summary>What another snapshot holds more, less or otherwise.</summary>
    public IEnumerable<string> Changes(StorageSnapshot later)
    {
        foreach (var (entry, version) in later._entries)
        {
            if (!_entries.TryGetValue(entry, out var before))
            {
                yield return $"new: {entry}";
            }
            else if (!string.Equals(before, version, StringComparison.Ordinal))
            {
                yield return $"changed: {entry}";
            }
        }

        foreach (var entry in _entries.Keys.Where(entry => !later._entries.ContainsKey(entry)))
        {
            yield return $"gone: {entry}";
        }
    }

    private static async Task<IEnumerable<(string Entry, string Version)>> RowsAsync(TableServiceClient service, CancellationToken cancellationToken)
    {
        var tables = await service.QueryAsync(cancellationToken: cancellationToken).Select(table => table.Name).ToListAsync(cancellationToken);
        var rows = await Task.WhenAll(tables.Select(table => service.GetTableClient(table)
            .QueryAsync<TableEntity>(select: [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)], cancellationToken: cancellationToken)
            .Select(row => ($"row {table} / {row.PartitionKey} / {row.RowKey}", row.ETag.ToString()))
            .ToListAsync(cancellationToken)
            .AsTask()));
        return rows.SelectMany(found => found);
    }

    private static async Task<IEnumerable<(string Entry, string Version)>> MessagesAsync(QueueServiceClient service, CancellationToken cancellationToken)
    {
        var queues = await service.GetQueuesAsync(cancellationToken: cancellationToken).Select(queue => queue.Name).ToListAsync(cancellationToken);
        return await Task.WhenAll(queues.Select(async queue =>
        {
            var properties = await service.GetQueueClient(queue).GetPropertiesAsync(cancellationToken);
            return ($"messages in {queue}", $"{properties.Value.ApproximateMessagesCount}");
        }));
    }

    private static async Task<IEnumerable<(string Entry, string Version)>> BlobsAsync(BlobServiceClient service, CancellationToken cancellationToken)
    {
        var containers = await service.GetBlobContainersAsync(cancellationToken: cancellationToken).Select(container => container.Name).ToListAsync(cancellationToken);
        var blobs = await Task.WhenAll(containers.Select(container => service.GetBlobContainerClient(container)
            .GetBlobsAsync(cancellationToken: cancellationToken)
            .Select(blob => ($"blob {container} / {blob.Name}", $"{blob.Properties.ETag}"))
            .ToListAsync(cancellationToken)
            .AsTask()));
        return blobs.SelectMany(found => found);
    }
}
