using System.Collections.Concurrent;
using System.Globalization;
using Azure;
using GitLabJira.Functions.Sealing;

namespace GitLabJira.Functions.Tests.Sealing;

/// <summary>Rows of data keys in memory, with the conditions that a table has.</summary>
internal sealed class MemoryDataKeyRows : IDataKeyRows
{
    private readonly ConcurrentDictionary<uint, DataKeyRow> _rows = new();
    private int _version;

    public int Finds { get; private set; }

    public IReadOnlyCollection<DataKeyRow> Rows => [.. _rows.Values];

    public Task<DataKeyRow?> FindAsync(uint id, CancellationToken cancellationToken)
    {
        Finds++;
        return Task.FromResult(_rows.GetValueOrDefault(id));
    }

    public Task<bool> TryAddAsync(DataKeyRow row, CancellationToken cancellationToken) => Task.FromResult(_rows.TryAdd(row.Id, Stamped(row)));

    public Task<bool> TryReplaceAsync(DataKeyRow row, CancellationToken cancellationToken) =>
        Task.FromResult(_rows.TryGetValue(row.Id, out var stored) && stored.ETag == row.ETag && _rows.TryUpdate(row.Id, Stamped(row), stored));

    public IAsyncEnumerable<DataKeyRow> ListAsync(CancellationToken cancellationToken) => _rows.Values.ToAsyncEnumerable();

    private DataKeyRow Stamped(DataKeyRow row) => row with { ETag = new ETag(Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture)) };
}
