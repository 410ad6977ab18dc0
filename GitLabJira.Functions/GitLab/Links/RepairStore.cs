using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>When each link is reconciled next, and how far that is: the tables <c>Due</c> (minute / link) and <c>Reconciles</c>.</summary>
/// <remarks>
/// The row in <c>Due</c> is an index only: it is written before the state that names it and removed after, so a crash leaves one too many, which is dropped when its minute comes. Whoever sends a
/// link's message moves its row half an hour ahead first; so a lost message is sent again.
/// </remarks>
public sealed class RepairStore(AppTables tables)
{
    private const string MinuteFormat = "yyyyMMddHHmm";
    private const string LinkRow = "link";
    private const string ClientKey = nameof(RepairState.ClientKey);

    private readonly AppTable _due = tables.Get("Due");
    private readonly AppTable _states = tables.Get("Reconciles");

    public async Task<RepairState?> FindAsync(Guid linkId, CancellationToken cancellationToken) =>
        await _states.FindAsync(Partition(linkId), LinkRow, cancellationToken) is { } row ? RepairState.From(linkId, row) : null;

    /// <summary>Reads the state, applies <paramref name="change"/> and writes it by ETag, again from the start when somebody else wrote meanwhile; keeps the index with it.</summary>
    /// <param name="change">Gets an empty state when there is none; returns null to leave it alone.</param>
    /// <returns>The state as it stands then; null when it was left alone.</returns>
    public async Task<RepairState?> UpdateAsync(string clientKey, Guid linkId, Func<RepairState, RepairState?> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await _states.FindAsync(Partition(linkId), LinkRow, cancellationToken);
            var state = row is null ? new RepairState { LinkId = linkId, ClientKey = clientKey } : RepairState.From(linkId, row);

            if (change(state) is not { } changed)
            {
                return null;
            }

            if (changed.DueAt is { } due && changed.DueAt != state.DueAt)
            {
                changed = changed with { Bucket = Minute(due) };
                await PutDueAsync(changed.Bucket, clientKey, linkId, cancellationToken);
            }

            var entity = changed.ToEntity(Partition(linkId), LinkRow);
            var written = row is null ? await _states.TryAddAsync(entity, cancellationToken) : await _states.TryReplaceAsync(entity, row.ETag, cancellationToken);

            if (written is not { } etag)
            {
                continue;
            }

            if (state.Bucket is { } old && !string.Equals(old, changed.Bucket, StringComparison.Ordinal))
            {
                await DropDueAsync(old, linkId, cancellationToken);
            }

            return changed with { ETag = etag };
        }
    }

    /// <summary>What is due by the index.</summary>
    public async IAsyncEnumerable<(string Bucket, string ClientKey, Guid LinkId)> DueAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey le {Minute(now)}");

        await foreach (var row in _due.QueryAsync(filter, ["PartitionKey", "RowKey", ClientKey], cancellationToken))
        {
            yield return (row.PartitionKey, row.GetString(ClientKey) ?? "", Guid.ParseExact(row.RowKey, "N"));
        }
    }

    /// <summary>Moves a link's row to another minute, while its state stays due.</summary>
    public async Task MoveDueAsync(string bucket, string clientKey, Guid linkId, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var next = Minute(to);
        await PutDueAsync(next, clientKey, linkId, cancellationToken);

        // Should somebody have written another time meanwhile, the new row is one too many.
        if (await _states.FindAsync(Partition(linkId), LinkRow, cancellationToken) is { } row && string.Equals(row.GetString(nameof(RepairState.Bucket)), bucket, StringComparison.Ordinal))
        {
            await _states.TryMergeAsync(new TableEntity(Partition(linkId), LinkRow) { [nameof(RepairState.Bucket)] = next }, row.ETag, cancellationToken);
        }

        await DropDueAsync(bucket, linkId, cancellationToken);
    }

    /// <summary>Removes a row of the index whose link is looked at another time, or never again.</summary>
    public Task DropDueAsync(string bucket, Guid linkId, CancellationToken cancellationToken) =>
        _due.TryDeleteAsync(bucket, linkId.ToString("N"), ETag.All, cancellationToken);

    public async Task<IReadOnlyDictionary<long, ProjectMark>> MarksAsync(Guid linkId, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition(linkId)} and RowKey lt {"a"}");
        return await _states.QueryAsync(filter, columns: null, cancellationToken).Select(ProjectMark.From).ToDictionaryAsync(mark => mark.ProjectId, cancellationToken: cancellationToken);
    }

    public Task SaveAsync(Guid linkId, ProjectMark mark, CancellationToken cancellationToken) => _states.PutAsync(mark.ToEntity(Partition(linkId)), cancellationToken);

    public Task RemoveAsync(Guid linkId, long projectId, CancellationToken cancellationToken) =>
        _states.TryDeleteAsync(Partition(linkId), ProjectMark.RowKey(projectId), ETag.All, cancellationToken);

    /// <summary>Forgets a link.</summary>
    public async Task DropAsync(Guid linkId, CancellationToken cancellationToken)
    {
        if (await FindAsync(linkId, cancellationToken) is { Bucket: { } bucket })
        {
            await DropDueAsync(bucket, linkId, cancellationToken);
        }

        await _states.DeleteAllAsync(Partition(linkId), prefix: null, cancellationToken);
    }

    private Task<ETag> PutDueAsync(string bucket, string clientKey, Guid linkId, CancellationToken cancellationToken) =>
        _due.PutAsync(new TableEntity(bucket, linkId.ToString("N")) { [ClientKey] = clientKey }, cancellationToken);

    /// <summary>The minute that has begun by then: a link is looked at by a minute late, never early.</summary>
    private static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString(MinuteFormat, CultureInfo.InvariantCulture);

    private static string Partition(Guid linkId) => TableKey.Of(linkId.ToString("N"));
}
