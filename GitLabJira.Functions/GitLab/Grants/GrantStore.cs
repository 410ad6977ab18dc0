using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>Rows of <c>Grants</c>: partition = installation, row = host and account. Tokens and the user's name are sealed.</summary>
public sealed class GrantStore(AppTables tables, ISealer sealer, TimeProvider clock)
{
    private const string TableName = "Grants";
    private const string Tokens = nameof(Tokens);

    private readonly AppTable _table = tables.Get(TableName);
    /// <summary>A token that another process has renewed or given up is refused by GitLab, and then the row is read.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(15);

    private readonly RowCache<IReadOnlyList<Grant>> _cache = new(clock, KeptFor);

    /// <summary>All grants of an installation for a host; kept for a quarter of an hour.</summary>
    public async Task<IReadOnlyList<Grant>> ListAsync(string clientKey, Uri host, bool fresh, CancellationToken cancellationToken) =>
        await _cache.GetAsync(CacheKey(clientKey, host), fresh, read => ReadAsync(clientKey, host, read), cancellationToken) ?? [];

    /// <summary>Every grant of an installation, on whatever host; never cached.</summary>
    public async Task<IReadOnlyList<Grant>> ListAsync(string clientKey, CancellationToken cancellationToken) =>
        await OpenAllAsync(_table.ListAsync(TableKey.Of(clientKey), cancellationToken), cancellationToken);

    /// <summary>Reads the row itself.</summary>
    public async Task<Grant?> FindAsync(string clientKey, Uri host, string accountId, CancellationToken cancellationToken) =>
        await _table.FindAsync(TableKey.Of(clientKey), Row(host, accountId), cancellationToken) is { } row ? await OpenAsync(row, cancellationToken) : null;

    /// <summary>Writes a new row, or replaces the one with the grant's ETag.</summary>
    /// <returns>Null when somebody else wrote it meanwhile.</returns>
    public async Task<Grant?> TryWriteAsync(Grant grant, CancellationToken cancellationToken)
    {
        var row = await SealAsync(grant, cancellationToken);
        var etag = grant.ETag == default
            ? await _table.TryAddAsync(row, cancellationToken)
            : await _table.TryReplaceAsync(row, grant.ETag, cancellationToken);

        _cache.Forget(CacheKey(grant.ClientKey, grant.Host));

        return etag is { } written ? grant with { ETag = written } : null;
    }

    /// <returns>False when somebody else wrote the row meanwhile.</returns>
    public async Task<bool> TryDeleteAsync(Grant grant, CancellationToken cancellationToken)
    {
        var deleted = await _table.TryDeleteAsync(TableKey.Of(grant.ClientKey), Row(grant.Host, grant.AccountId), grant.ETag, cancellationToken);
        _cache.Forget(CacheKey(grant.ClientKey, grant.Host));
        return deleted;
    }

    /// <summary>What a <see cref="GitLabAccess"/> carries to name the grant: the row key.</summary>
    public static string Row(Uri host, string accountId) => TableKey.Of(GitLabHosts.Name(host), accountId);

    private async Task<IReadOnlyList<Grant>?> ReadAsync(string clientKey, Uri host, CancellationToken cancellationToken) =>
        await OpenAllAsync(_table.ListAsync(TableKey.Of(clientKey), TableKey.Of(GitLabHosts.Name(host)), cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<Grant>> OpenAllAsync(IAsyncEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        var grants = new List<Grant>();

        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            grants.Add(await OpenAsync(row, cancellationToken));
        }

        return grants;
    }

    private async Task<TableEntity> SealAsync(Grant grant, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKey.Of(grant.ClientKey), Row(grant.Host, grant.AccountId))
        {
            [nameof(Grant.ClientKey)] = grant.ClientKey,
            [nameof(Grant.Epoch)] = grant.Epoch,
            [nameof(Grant.Host)] = GitLabHosts.Name(grant.Host),
            [nameof(Grant.AccountId)] = grant.AccountId,
            [nameof(Grant.UserId)] = grant.UserId,
            [nameof(Grant.RefreshAt)] = grant.RefreshAt,
            [nameof(Grant.ExpiresAt)] = grant.ExpiresAt,
            [nameof(Grant.Generation)] = grant.Generation,
            [nameof(Grant.RefreshingUntil)] = grant.RefreshingUntil,
            [nameof(Grant.Refusals)] = grant.Refusals,
            [nameof(Grant.RetryRefreshAt)] = grant.RetryRefreshAt,
            [nameof(Grant.Dead)] = grant.Dead,
            [nameof(Grant.SignedOut)] = grant.SignedOut,
        };
        var secrets = new GrantSecrets(grant.AccessToken, grant.RefreshToken, grant.Username);
        row[Tokens] = await sealer.SealAsync(JsonSerializer.SerializeToUtf8Bytes(secrets, GrantJson.Default.GrantSecrets), Context(row), cancellationToken);
        return row;
    }

    private async Task<Grant> OpenAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var secrets = JsonSerializer.Deserialize(await sealer.OpenAsync(row.GetBinary(Tokens), Context(row), cancellationToken), GrantJson.Default.GrantSecrets)!;

        return new Grant
        {
            ClientKey = row.GetString(nameof(Grant.ClientKey)),
            Epoch = row.GetInt32(nameof(Grant.Epoch)) ?? 0,
            Host = new Uri(row.GetString(nameof(Grant.Host))),
            AccountId = row.GetString(nameof(Grant.AccountId)),
            UserId = row.GetInt64(nameof(Grant.UserId)) ?? 0,
            Username = secrets.Username,
            AccessToken = secrets.AccessToken,
            RefreshToken = secrets.RefreshToken,
            RefreshAt = row.GetDateTimeOffset(nameof(Grant.RefreshAt)) ?? default,
            ExpiresAt = row.GetDateTimeOffset(nameof(Grant.ExpiresAt)) ?? default,
            Generation = row.GetInt32(nameof(Grant.Generation)) ?? 0,
            RefreshingUntil = row.GetDateTimeOffset(nameof(Grant.RefreshingUntil)),
            Refusals = row.GetInt32(nameof(Grant.Refusals)) ?? 0,
            RetryRefreshAt = row.GetDateTimeOffset(nameof(Grant.RetryRefreshAt)),
            Dead = row.GetBoolean(nameof(Grant.Dead)) ?? false,
            SignedOut = row.GetBoolean(nameof(Grant.SignedOut)) ?? false,
            ETag = row.ETag,
        };
    }

    private static SealContext Context(TableEntity row) => new(TableName, row.PartitionKey, row.RowKey, Tokens);

    private static string CacheKey(string clientKey, Uri host) => $"{clientKey}\n{GitLabHosts.Name(host)}";
}

internal sealed record GrantSecrets(string AccessToken, string RefreshToken, string Username)
{
    public override string ToString() => nameof(GrantSecrets);
}

[JsonSerializable(typeof(GrantSecrets))]
internal sealed partial class GrantJson : JsonSerializerContext;
