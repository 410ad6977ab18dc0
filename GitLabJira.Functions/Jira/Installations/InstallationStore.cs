using System.Text;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Jira.Installations;

/// <summary>Rows of <c>Installations</c>: <c>clientKey</c> / <c>installation</c>, beside it <c>token!hash</c> for replay, and <c>cloud!cloudId</c> / <c>clientKey</c> for sites with several tenant identities.</summary>
public sealed class InstallationStore(AppTables tables, ISealer sealer, IOptions<GitLabOptions> gitLab, TimeProvider clock) : IInstallations, IInstallationStore
{
    private const string Table = "Installations";
    private const string RowKey = "installation";
    private const string TokenPrefix = "token";
    private const string SecretColumn = "Secret";

    private static readonly TimeSpan RecalledFor = TimeSpan.FromMinutes(15);

    private readonly AppTable _table = tables.Get(Table);
    private readonly RowCache<Installation> _cache = new(clock);

    public Task<Installation?> FindAsync(string clientKey, bool fresh, CancellationToken cancellationToken) =>
        _cache.GetAsync(clientKey, fresh, cancel => ReadAsync(clientKey, cancel), cancellationToken);

    public async Task<Installation?> RecallAsync(string clientKey, CancellationToken cancellationToken) =>
        _cache.Recall(clientKey, RecalledFor) ?? await FindAsync(clientKey, fresh: false, cancellationToken);

    public async Task<LifecycleOutcome> InstallAsync(LifecycleCall call, CancellationToken cancellationToken)
    {
        var partition = TableKey.Of(call.ClientKey);
        var secret = await sealer.SealAsync(Encoding.UTF8.GetBytes(call.SharedSecret!), SecretContext(partition), cancellationToken);

        while (true)
        {
            if (await FindReplayAsync(call, cancellationToken) is { } replay)
            {
                return replay;
            }

            var row = await FindRowAsync(call.ClientKey, cancellationToken);

            if (InstallationRules.Install(row, call, gitLab.Value.Host) is not { } next)
            {
                return LifecycleOutcome.Outdated;
            }

            // Before the row, so that no crash leaves a tenant that its cloud id does not know. Twice changes nothing.
            if (next.CloudId is { } cloudId)
            {
                await _table.PutAsync(new TableEntity(TableKey.Of("cloud", cloudId), partition) { ["ClientKey"] = call.ClientKey }, cancellationToken);
            }

            var entity = InstallationEntity.From(call.ClientKey, next, partition, RowKey);
            entity[SecretColumn] = secret;

            if (await TryWriteAsync(call, entity, row?.ETag, cancellationToken))
            {
                await ForgetOldTokensAsync(partition, cancellationToken);
                return LifecycleOutcome.Applied;
            }
        }
    }

    public async Task<(LifecycleOutcome Outcome, int Epoch)> UninstallAsync(LifecycleCall call, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindReplayAsync(call, cancellationToken) is { } replay)
            {
                return (replay, 0);
            }

            var row = await FindRowAsync(call.ClientKey, cancellationToken);

            if (InstallationRules.Uninstall(row, call.IssuedAt) is not LifecycleOutcome.Applied and var other)
            {
                return (other, row?.Epoch ?? 0);
            }

            var entity = InstallationEntity.From(call.ClientKey, InstallationRules.Ended(row!, call.IssuedAt), TableKey.Of(call.ClientKey), RowKey);

            if (await TryWriteAsync(call, entity, row!.ETag, cancellationToken))
            {
                return (LifecycleOutcome.Applied, row.Epoch);
            }
        }
    }

    public IAsyncEnumerable<DueCleanUp> DueCleanUpsAsync(CancellationToken cancellationToken) =>
        _table.QueryAsync(TableClient.CreateQueryFilter($"CleanUpEpoch gt {0}"), [InstallationEntity.ClientKey, InstallationEntity.CleanUpEpoch], cancellationToken)
            .Select(row => new DueCleanUp(row.GetString(InstallationEntity.ClientKey), row.GetInt32(InstallationEntity.CleanUpEpoch)!.Value));

    public async Task CleanUpStartedAsync(DueCleanUp cleanUp, CancellationToken cancellationToken)
    {
        var partition = TableKey.Of(cleanUp.ClientKey);

        // An uninstall of a later epoch in between is due by itself.
        while (await _table.FindAsync(partition, RowKey, cancellationToken) is { } entity && entity.GetInt32(InstallationEntity.CleanUpEpoch) <= cleanUp.Epoch)
        {
            entity.Remove(InstallationEntity.CleanUpEpoch);

            if (await _table.TryReplaceAsync(entity, entity.ETag, cancellationToken) is not null)
            {
                return;
            }
        }
    }

    public async Task<bool> ChooseGitLabAsync(string clientKey, int epoch, Uri host, CancellationToken cancellationToken)
    {
        var partition = TableKey.Of(clientKey);

        while (await _table.FindAsync(partition, RowKey, cancellationToken) is { } entity
            && InstallationEntity.Read(entity) is { State: InstallationState.Installed } row
            && row.Epoch == epoch)
        {
            if (await _table.TryMergeAsync(new TableEntity(partition, RowKey) { [InstallationEntity.GitLabHost] = host.AbsoluteUri }, entity.ETag, cancellationToken) is not null)
            {
                _cache.Forget(clientKey);
                return true;
            }
        }

        return false;
    }

    public async Task<IReadOnlyList<string>> SameSiteAsync(string cloudId, CancellationToken cancellationToken) =>
        await _table.ListAsync(TableKey.Of("cloud", cloudId), cancellationToken).Select(row => row.GetString("ClientKey")).ToListAsync(cancellationToken);

    public IAsyncEnumerable<KnownSite> ListAsync(CancellationToken cancellationToken) =>
        _table.QueryAsync(TableClient.CreateQueryFilter($"RowKey eq {RowKey}"), columns: null, cancellationToken)
            .Select(entity =>
            {
                var row = InstallationEntity.Read(entity);
                return new KnownSite(entity.GetString(InstallationEntity.ClientKey), row.BaseUrl, row.State, row.Epoch);
            });

    private async Task<Installation?> ReadAsync(string clientKey, CancellationToken cancellationToken)
    {
        var partition = TableKey.Of(clientKey);

        if (await _table.FindAsync(partition, RowKey, cancellationToken) is not { } entity)
        {
            return null;
        }

        var row = InstallationEntity.Read(entity);
        var secret = entity.GetBinary(SecretColumn) is { } sealedSecret
            ? Encoding.UTF8.GetString(await sealer.OpenAsync(sealedSecret, SecretContext(partition), cancellationToken))
            : "";

        return new Installation
        {
            ClientKey = clientKey,
            BaseUrl = row.BaseUrl,
            DisplayUrl = row.DisplayUrl,
            CloudId = row.CloudId,
            State = row.State,
            Epoch = row.Epoch,
            GitLabHost = row.GitLabHost,
            SharedSecret = secret,
        };
    }

    private async Task<InstallationRow?> FindRowAsync(string clientKey, CancellationToken cancellationToken) =>
        await _table.FindAsync(TableKey.Of(clientKey), RowKey, cancellationToken) is { } entity ? InstallationEntity.Read(entity) : null;

    private async Task<LifecycleOutcome?> FindReplayAsync(LifecycleCall call, CancellationToken cancellationToken) =>
        await _table.FindAsync(TableKey.Of(call.ClientKey), TableKey.Of(TokenPrefix, call.TokenHash), cancellationToken) is not { } seen ? null
        : string.Equals(seen.GetString("BodyHash"), call.BodyHash, StringComparison.Ordinal) ? LifecycleOutcome.Repeated
        : LifecycleOutcome.TokenReused;

    // One transaction: a token counts as used exactly when its call was applied.
    private async Task<bool> TryWriteAsync(LifecycleCall call, TableEntity installation, ETag? etag, CancellationToken cancellationToken)
    {
        var token = new TableEntity(installation.PartitionKey, TableKey.Of(TokenPrefix, call.TokenHash)) { ["BodyHash"] = call.BodyHash, ["ExpiresAt"] = call.ExpiresAt };
        var written = await _table.TrySubmitAsync(
            [
                new TableTransactionAction(TableTransactionActionType.Add, token),
                etag is { } known
                    ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, installation, known)
                    : new TableTransactionAction(TableTransactionActionType.Add, installation),
            ],
            cancellationToken);

        if (written)
        {
            _cache.Forget(call.ClientKey);
        }

        return written;
    }

    // An expired token is refused for its age; a day covers any difference of clocks.
    private async Task ForgetOldTokensAsync(string partition, CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow().AddDays(-1);

        await foreach (var row in _table.ListAsync(partition, TokenPrefix, cancellationToken))
        {
            if (row.GetDateTimeOffset("ExpiresAt") < before)
            {
                await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            }
        }
    }

    private static SealContext SecretContext(string partition) => new(Table, partition, RowKey, SecretColumn);
}
