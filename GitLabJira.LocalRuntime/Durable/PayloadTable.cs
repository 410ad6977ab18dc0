using System.Globalization;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Large inputs, outputs and payloads lie here; rows elsewhere hold a reference. Written before what refers to them is committed, never changed.</summary>
internal sealed class PayloadTable(TableClient table)
{
    // Far below the limits of a row: many of them share one.
    private const int InlineCharacters = 8 * 1024;

    public Task CreateAsync(CancellationToken cancellationToken) => table.CreateIfNotExistsAsync(cancellationToken);

    /// <returns>The text itself, or where it lies now.</returns>
    public async Task<(string? Text, string? Reference)> StoreAsync(string? text, CancellationToken cancellationToken)
    {
        if (text is null || text.Length <= InlineCharacters)
        {
            return (text, null);
        }

        var reference = DurableNames.NewId();
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var (offset, part) = (0, 0); offset < bytes.Length; offset += Chunks.PerRow, part++)
        {
            var row = new TableEntity(reference, part.ToString("D6", CultureInfo.InvariantCulture));
            Chunks.Write(row, bytes.AsSpan(offset, Math.Min(Chunks.PerRow, bytes.Length - offset)));
            await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        }

        return (null, reference);
    }

    public async Task<HistoryEvent> StoreAsync(HistoryEvent happened, CancellationToken cancellationToken)
    {
        if (happened.DataRef is not null || happened.Data is null or { Length: <= InlineCharacters })
        {
            // What has been stored already is referred to again.
            return happened.DataRef is null ? happened : happened with { Data = null };
        }

        var (text, reference) = await StoreAsync(happened.Data, cancellationToken);
        return happened with { Data = text, DataRef = reference };
    }

    public async Task<string?> LoadAsync(string? text, string? reference, CancellationToken cancellationToken)
    {
        if (reference is null)
        {
            return text;
        }

        using var bytes = new MemoryStream();
        await foreach (var row in table.QueryAsync<TableEntity>(r => r.PartitionKey == reference, cancellationToken: cancellationToken))
        {
            bytes.Write(Chunks.Read(row));
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Keeps the reference beside the text, so that it need not be stored again.</summary>
    public async Task<HistoryEvent> LoadAsync(HistoryEvent happened, CancellationToken cancellationToken) =>
        happened is { DataRef: not null, Data: null } ? happened with { Data = await LoadAsync(text: null, happened.DataRef, cancellationToken) } : happened;

    public async Task DeleteAsync(IEnumerable<string> references, CancellationToken cancellationToken)
    {
        foreach (var reference in references)
        {
            await foreach (var row in table.QueryAsync<TableEntity>(r => r.PartitionKey == reference, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
            {
                await table.DeleteEntityAsync(row, ETag.All, cancellationToken);
            }
        }
    }
}
