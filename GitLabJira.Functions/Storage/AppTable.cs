using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace GitLabJira.Functions.Storage;

/// <summary>One table of the app. Holds Azure's limits, creates the table when the first row is written, and answers with values where two writers meet instead of throwing.</summary>
/// <remarks>A conditional write that answers "not written" may have been written all the same, when the answer to a first attempt was lost on the way: read again before you conclude.</remarks>
public sealed class AppTable(TableClient client)
{
    public string Name => client.Name;

    /// <returns>Null when there is no such row.</returns>
    public async Task<TableEntity?> FindAsync(string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        try
        {
            var row = await client.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken);
            return row.HasValue ? row.Value : null;
        }
        catch (RequestFailedException failure) when (IsTableMissing(failure))
        {
            return null;
        }
    }

    /// <summary>All rows of a partition, by row key.</summary>
    public IAsyncEnumerable<TableEntity> ListAsync(string partitionKey, CancellationToken cancellationToken) =>
        QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}"), columns: null, cancellationToken);

    /// <summary>The rows of a partition whose key has <paramref name="prefix"/> as its first parts (<c>prefix!…</c>), by row key.</summary>
    public IAsyncEnumerable<TableEntity> ListAsync(string partitionKey, string prefix, CancellationToken cancellationToken)
    {
        // The character after "!", which separates parts.
        var (from, before) = (prefix + "!", prefix + "\"");
        return QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey ge {from} and RowKey lt {before}"), columns: null, cancellationToken);
    }

    /// <param name="filter">Built with <see cref="TableClient.CreateQueryFilter(FormattableString)"/>.</param>
    /// <param name="columns">Null for all; name the keys too when they are needed.</param>
    public async IAsyncEnumerable<TableEntity> QueryAsync(string filter, IEnumerable<string>? columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var rows = client.QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);

        while (true)
        {
            try
            {
                if (!await rows.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (RequestFailedException failure) when (IsTableMissing(failure))
            {
                yield break;
            }

            yield return rows.Current;
        }
    }

    /// <summary>Whether any row matches. Asks for one key, however many there are.</summary>
    /// <param name="filter">Built with <see cref="TableClient.CreateQueryFilter(FormattableString)"/>.</param>
    public async Task<bool> AnyAsync(string filter, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in client.QueryAsync<TableEntity>(filter, maxPerPage: 1, select: ["RowKey"], cancellationToken))
            {
                return true;
            }
        }
        catch (RequestFailedException failure) when (IsTableMissing(failure))
        {
            // No table, no row.
        }

        return false;
    }

    /// <summary>Writes a new row.</summary>
    /// <returns>Null when there is a row with these keys.</returns>
    public Task<ETag?> TryAddAsync(TableEntity entity, CancellationToken cancellationToken) =>
        WriteAsync(entity, () => client.AddEntityAsync(entity, cancellationToken), cancellationToken);

    /// <summary>Replaces the row if it still has <paramref name="etag"/>.</summary>
    /// <returns>Null when somebody else wrote it meanwhile, or it is gone.</returns>
    public Task<ETag?> TryReplaceAsync(TableEntity entity, ETag etag, CancellationToken cancellationToken) =>
        WriteAsync(entity, () => client.UpdateEntityAsync(entity, etag, TableUpdateMode.Replace, cancellationToken), cancellationToken);

    /// <summary>Changes the given columns of the row if it still has <paramref name="etag"/> (<see cref="ETag.All"/>: if it is there).</summary>
    /// <returns>Null when somebody else wrote it meanwhile, or it is gone.</returns>
    public Task<ETag?> TryMergeAsync(TableEntity entity, ETag etag, CancellationToken cancellationToken) =>
        WriteAsync(entity, () => client.UpdateEntityAsync(entity, etag, TableUpdateMode.Merge, cancellationToken), cancellationToken);

    /// <summary>Writes the row, whatever was there.</summary>
    public async Task<ETag> PutAsync(TableEntity entity, CancellationToken cancellationToken) =>
        (await WriteAsync(entity, () => client.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken), cancellationToken))!.Value;

    /// <summary>Writes the given columns of the row and leaves its others.</summary>
    public async Task<ETag> MergeAsync(TableEntity entity, CancellationToken cancellationToken) =>
        (await WriteAsync(entity, () => client.UpsertEntityAsync(entity, TableUpdateMode.Merge, cancellationToken), cancellationToken))!.Value;

    /// <summary>Writes rows of one partition, all or none; a single one without the weight of a transaction.</summary>
    /// <returns>The new ETag of each row, in order; null when one of the conditions did not hold.</returns>
    public async Task<IReadOnlyList<ETag>?> TryWriteAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        if (actions is not [var single])
        {
            return await TrySubmitForETagsAsync(actions, cancellationToken);
        }

        var row = (TableEntity)single.Entity;
        var etag = single.ActionType switch
        {
            TableTransactionActionType.Add => await TryAddAsync(row, cancellationToken),
            TableTransactionActionType.UpdateReplace => await TryReplaceAsync(row, single.ETag, cancellationToken),
            TableTransactionActionType.UpdateMerge => await TryMergeAsync(row, single.ETag, cancellationToken),
            TableTransactionActionType.UpsertReplace => await PutAsync(row, cancellationToken),
            TableTransactionActionType.UpsertMerge => await MergeAsync(row, cancellationToken),
            var other => throw new ArgumentException($"{other} writes no row.", nameof(actions)),
        };

        return etag is { } written ? [written] : null;
    }

    /// <summary>Removes the row if it still has <paramref name="etag"/> (<see cref="ETag.All"/>: in any case).</summary>
    /// <returns>False when somebody else wrote it meanwhile. A row that is gone counts as removed.</returns>
    public async Task<bool> TryDeleteAsync(string partitionKey, string rowKey, ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteEntityAsync(partitionKey, rowKey, etag, cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status == 412)
        {
            return false;
        }
    }

    /// <summary>Writes rows of one partition, all or none.</summary>
    /// <returns>False when one of the conditions did not hold; then nothing was written.</returns>
    public async Task<bool> TrySubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken) =>
        await TrySubmitForETagsAsync(actions, cancellationToken) is not null;

    /// <summary>As <see cref="TrySubmitAsync"/>, for rows that are written again soon.</summary>
    /// <returns>The new ETag of each row, in order; null when one of the conditions did not hold.</returns>
    public async Task<IReadOnlyList<ETag>?> TrySubmitForETagsAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        TableLimits.Check(actions);

        try
        {
            var responses = await CreatingAsync(() => client.SubmitTransactionAsync(actions, cancellationToken), cancellationToken);
            return [.. responses.Value.Select(response => response.Headers.ETag ?? default)];
        }
        catch (TableTransactionFailedException failure) when (IsCondition(failure))
        {
            return null;
        }
    }

    /// <summary>Writes rows of one partition in as many transactions as it takes. For writes that cannot fail by a condition, and where a part may stand alone.</summary>
    public async Task SubmitAllAsync(IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        foreach (var part in TableLimits.Cut(actions))
        {
            TableLimits.Check(part);
            await CreatingAsync(() => client.SubmitTransactionAsync(part, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Removes all rows of a partition, or those with <paramref name="prefix"/>. Rows that come meanwhile may stay.</summary>
    public async Task DeleteAllAsync(string partitionKey, string? prefix, CancellationToken cancellationToken)
    {
        var (from, before) = (prefix + "!", prefix + "\"");
        var filter = prefix is null
            ? TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey ge {from} and RowKey lt {before}");

        await foreach (var rows in QueryAsync(filter, ["PartitionKey", "RowKey"], cancellationToken).Chunk(TableLimits.TransactionRows).WithCancellation(cancellationToken))
        {
            var actions = rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)).ToList();

            // Somebody else may remove the same rows; one that is gone fails the whole transaction.
            if (!await TrySubmitAsync(actions, cancellationToken))
            {
                foreach (var row in rows)
                {
                    await TryDeleteAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
                }
            }
        }
    }

    private async Task<ETag?> WriteAsync(TableEntity entity, Func<Task<Response>> write, CancellationToken cancellationToken)
    {
        TableLimits.Check(entity);

        try
        {
            var response = await CreatingAsync(write, cancellationToken);
            return response.Headers.ETag;
        }
        catch (RequestFailedException failure) when (IsCondition(failure))
        {
            return null;
        }
    }

    // Tables are made by the first write instead of at start: start has no network (30 s limit), and dated tables come every day.
    private async Task<T> CreatingAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await write();
        }
        catch (RequestFailedException failure) when (IsTableMissing(failure))
        {
            await client.CreateIfNotExistsAsync(cancellationToken);
            return await write();
        }
    }

    private static bool IsCondition(RequestFailedException failure) => failure.Status is 404 or 412 || failure.ErrorCode == TableErrorCode.EntityAlreadyExists;

    private static bool IsTableMissing(RequestFailedException failure) => failure.ErrorCode == TableErrorCode.TableNotFound;
}
