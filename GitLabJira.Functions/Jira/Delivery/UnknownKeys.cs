using System.Globalization;
using System.Text;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>What waits for issues that a site does not know, and which of Jira's projects are not there at all. Rows of <c>UnknownKeys</c>: partition = site.</summary>
/// <remarks>An issue may be made after the merge request that names it; <c>UTF-16</c> will never be one. Jira's answer to a submission does not tell the two apart, its answer about the project does.</remarks>
public sealed partial class UnknownKeys(AppTables tables, ISealer sealer, TimeProvider clock, ILogger<UnknownKeys> logger)
{
    /// <summary>So many entities of a site are tried again; what comes when they wait does so with its next event.</summary>
    public const int MostOfASite = 1000;

    private const string TableName = "UnknownKeys";
    private const string Entity = "entity";
    private const string Project = "project";
    private const string DueAt = "DueAt";
    private const string SkippedUntil = "SkippedUntil";
    private const int MostPrefixes = 20;

    private readonly AppTable _table = tables.Get(TableName);
    private readonly RowCache<IReadOnlyDictionary<string, DateTimeOffset>> _skipped = new(clock);

    /// <summary>The project that an issue key names.</summary>
    public static string PrefixOf(string issueKey) => issueKey[..issueKey.LastIndexOf('-')];

    /// <summary>Jira's projects that are left out for now, each with the end of that.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> SkippedAsync(string clientKey, bool fresh, CancellationToken cancellationToken)
    {
        var known = await _skipped.GetAsync(clientKey, fresh, token => ReadSkippedAsync(clientKey, token), cancellationToken) ?? new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var now = clock.GetUtcNow();

        return known.Any(project => project.Value <= now) ? known.Where(project => project.Value > now).ToDictionary(StringComparer.Ordinal) : known;
    }

    public async Task SkipAsync(string clientKey, string prefix, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await _table.PutAsync(new TableEntity(TableKey.Of(clientKey), TableKey.Of(Project, prefix)) { ["Prefix"] = prefix, [SkippedUntil] = until }, cancellationToken);
        _skipped.Forget(clientKey);
    }

    /// <summary>Has an entity tried again. One that waits already is left alone.</summary>
    public async Task AddAsync(EntityRef entity, IEnumerable<string> issueKeys, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var (partitionKey, rowKey) = (TableKey.Of(entity.Link.ClientKey), RowKey(entity));

        if (await _table.FindAsync(partitionKey, rowKey, cancellationToken) is not null)
        {
            return;
        }

        if (await _table.ListAsync(partitionKey, Entity, cancellationToken).Take(MostOfASite).CountAsync(cancellationToken) >= MostOfASite)
        {
            Log.Full(logger, entity.Link.ClientKey, MostOfASite);
            return;
        }

        await _table.TryAddAsync(
            new TableEntity(partitionKey, rowKey)
            {
                [nameof(UnknownKey.ClientKey)] = entity.Link.ClientKey,
                [nameof(UnknownKey.LinkId)] = entity.Link.Id,
                [nameof(UnknownKey.LinkEpoch)] = entity.Link.Epoch,
                [nameof(UnknownKey.ProjectId)] = entity.ProjectId,
                [nameof(UnknownKey.Kind)] = entity.Kind.ToString(),
                [nameof(UnknownKey.EntityId)] = entity.EntityId,
                [nameof(UnknownKey.Name)] = await sealer.SealAsync(Encoding.UTF8.GetBytes(entity.Name), Context(partitionKey, rowKey), cancellationToken),
                [nameof(UnknownKey.Prefixes)] = string.Join(' ', issueKeys.Select(PrefixOf).Distinct(StringComparer.Ordinal).Take(MostPrefixes)),
                [nameof(UnknownKey.Since)] = clock.GetUtcNow(),
                [nameof(UnknownKey.Attempts)] = 0,
                [DueAt] = due,
            },
            cancellationToken);
    }

    /// <summary>Jira knows all that the entity names, or does not hold it any more.</summary>
    public Task RemoveAsync(EntityRef entity, CancellationToken cancellationToken) =>
        _table.TryDeleteAsync(TableKey.Of(entity.Link.ClientKey), RowKey(entity), ETag.All, cancellationToken);

    public Task RemoveAsync(UnknownKey waiting, CancellationToken cancellationToken) => _table.TryDeleteAsync(waiting.PartitionKey, waiting.RowKey, ETag.All, cancellationToken);

    /// <summary>What is due, of all sites.</summary>
    public async IAsyncEnumerable<UnknownKey> DueAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        await foreach (var row in _table.QueryAsync(TableClient.CreateQueryFilter($"DueAt le {now}"), columns: null, cancellationToken))
        {
            yield return await OpenAsync(row, cancellationToken);
        }
    }

    public Task PostponeAsync(UnknownKey waiting, int attempts, DateTimeOffset due, CancellationToken cancellationToken) => _table.TryMergeAsync(
        new TableEntity(waiting.PartitionKey, waiting.RowKey) { [nameof(UnknownKey.Attempts)] = attempts, [DueAt] = due },
        ETag.All,
        cancellationToken);

    /// <summary>Forgets what waits of a link that is being removed.</summary>
    public async Task DropLinkAsync(string clientKey, Guid linkId, CancellationToken cancellationToken)
    {
        await foreach (var row in _table.ListAsync(TableKey.Of(clientKey), Entity, cancellationToken))
        {
            if (row.GetGuid(nameof(UnknownKey.LinkId)) == linkId)
            {
                await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            }
        }
    }

    public Task DropSiteAsync(string clientKey, CancellationToken cancellationToken) => _table.DeleteAllAsync(TableKey.Of(clientKey), prefix: null, cancellationToken);

    private async Task<IReadOnlyDictionary<string, DateTimeOffset>?> ReadSkippedAsync(string clientKey, CancellationToken cancellationToken)
    {
        var skipped = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

        await foreach (var row in _table.ListAsync(TableKey.Of(clientKey), Project, cancellationToken))
        {
            skipped[row.GetString("Prefix")] = row.GetDateTimeOffset(SkippedUntil)!.Value;
        }

        return skipped;
    }

    private async Task<UnknownKey> OpenAsync(TableEntity row, CancellationToken cancellationToken) => new()
    {
        PartitionKey = row.PartitionKey,
        RowKey = row.RowKey,
        ClientKey = row.GetString(nameof(UnknownKey.ClientKey)),
        LinkId = row.GetGuid(nameof(UnknownKey.LinkId))!.Value,
        LinkEpoch = row.GetInt32(nameof(UnknownKey.LinkEpoch))!.Value,
        ProjectId = row.GetInt64(nameof(UnknownKey.ProjectId))!.Value,
        Kind = Enum.Parse<EntityKind>(row.GetString(nameof(UnknownKey.Kind))),
        EntityId = row.GetString(nameof(UnknownKey.EntityId)),
        Name = Encoding.UTF8.GetString(await sealer.OpenAsync(row.GetBinary(nameof(UnknownKey.Name)), Context(row.PartitionKey, row.RowKey), cancellationToken)),
        Prefixes = row.GetString(nameof(UnknownKey.Prefixes)).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Since = row.GetDateTimeOffset(nameof(UnknownKey.Since))!.Value,
        Attempts = row.GetInt32(nameof(UnknownKey.Attempts)) ?? 0,
    };

    private static string RowKey(EntityRef entity) => TableKey.Of(
        Entity, entity.Kind.ToString(), string.Create(CultureInfo.InvariantCulture, $"{entity.Link.Id:N}-{entity.ProjectId}"), entity.EntityId);

    private static SealContext Context(string partitionKey, string rowKey) => new(TableName, partitionKey, rowKey, nameof(UnknownKey.Name));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Site {ClientKey}: {Entities} entities wait for issues that are not known; no more are tried again.")]
        public static partial void Full(ILogger logger, string clientKey, int entities);
    }
}
