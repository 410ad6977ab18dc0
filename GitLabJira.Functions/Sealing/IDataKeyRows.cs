using Azure;

namespace GitLabJira.Functions.Sealing;

/// <summary>A row of <c>DataKeys</c>.</summary>
public sealed record DataKeyRow(uint Id, WrappedKey Wrapped)
{
    public ETag ETag { get; init; }
}

/// <summary>Where wrapped data keys are kept.</summary>
public interface IDataKeyRows
{
    Task<DataKeyRow?> FindAsync(uint id, CancellationToken cancellationToken);

    /// <returns>False when there is a row with this id.</returns>
    Task<bool> TryAddAsync(DataKeyRow row, CancellationToken cancellationToken);

    /// <returns>False when somebody else wrote the row since it was read.</returns>
    Task<bool> TryReplaceAsync(DataKeyRow row, CancellationToken cancellationToken);

    IAsyncEnumerable<DataKeyRow> ListAsync(CancellationToken cancellationToken);
}
