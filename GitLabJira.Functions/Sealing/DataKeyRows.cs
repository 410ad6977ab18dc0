using System.Globalization;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Sealing;

/// <inheritdoc cref="IDataKeyRows"/>
public sealed class DataKeyRows(AppTables tables) : IDataKeyRows
{
    private const string Partition = "datakey";

    private readonly AppTable _table = tables.Get("DataKeys");

    public async Task<DataKeyRow?> FindAsync(uint id, CancellationToken cancellationToken) =>
        await _table.FindAsync(Partition, RowKey(id), cancellationToken) is { } entity ? Read(entity) : null;

    public async Task<bool> TryAddAsync(DataKeyRow row, CancellationToken cancellationToken) =>
        await _table.TryAddAsync(Entity(row), cancellationToken) is not null;

    public async Task<bool> TryReplaceAsync(DataKeyRow row, CancellationToken cancellationToken) =>
        await _table.TryReplaceAsync(Entity(row), row.ETag, cancellationToken) is not null;

    public IAsyncEnumerable<DataKeyRow> ListAsync(CancellationToken cancellationToken) =>
        _table.ListAsync(Partition, cancellationToken).Select(Read);

    private static TableEntity Entity(DataKeyRow row) => new(Partition, RowKey(row.Id)) { ["KeyId"] = row.Wrapped.KeyId, ["Value"] = row.Wrapped.Value };

    private static DataKeyRow Read(TableEntity entity) =>
        new(uint.Parse(entity.RowKey, CultureInfo.InvariantCulture), new WrappedKey(entity.GetString("KeyId"), entity.GetBinary("Value"))) { ETag = entity.ETag };

    private static string RowKey(uint id) => id.ToString("D10", CultureInfo.InvariantCulture);
}
