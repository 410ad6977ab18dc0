using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>A sign-in under way: who began it, where, and the verifier that only its redemption may use.</summary>
public sealed record SignIn
{
    public required string ClientKey { get; init; }
    public required int Epoch { get; init; }
    public required string AccountId { get; init; }
    public required Uri Host { get; init; }
    public required string State { get; init; }
    public required string Verifier { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public ETag ETag { get; init; }

    public override string ToString() => nameof(SignIn);
}

/// <summary>Rows of <c>SignIns</c>: partition = installation, row = state. A row lives ten minutes and is used once.</summary>
public sealed class SignInStore(AppTables tables, ISealer sealer, TimeProvider clock)
{
    private const string TableName = "SignIns";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly AppTable _table = tables.Get(TableName);

    /// <summary>Begins a sign-in with a fresh state and verifier.</summary>
    public async Task<SignIn> BeginAsync(string clientKey, int epoch, string accountId, Uri host, CancellationToken cancellationToken)
    {
        var signIn = new SignIn
        {
            ClientKey = clientKey,
            Epoch = epoch,
            AccountId = accountId,
            Host = host,
            State = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
            Verifier = Pkce.NewVerifier(),
            ExpiresAt = clock.GetUtcNow() + Life,
        };
        var row = new TableEntity(TableKey.Of(clientKey), TableKey.Of(signIn.State))
        {
            [nameof(SignIn.Epoch)] = epoch,
            [nameof(SignIn.AccountId)] = accountId,
            [nameof(SignIn.Host)] = GitLabHosts.Name(host),
            [nameof(SignIn.ExpiresAt)] = signIn.ExpiresAt,
        };
        row[nameof(SignIn.Verifier)] = await sealer.SealAsync(Encoding.ASCII.GetBytes(signIn.Verifier), Context(row), cancellationToken);

        await DropExpiredAsync(clientKey, cancellationToken);
        await _table.PutAsync(row, cancellationToken);
        return signIn;
    }

    /// <returns>Null when the installation knows no such state, or its time is over.</returns>
    public async Task<SignIn?> FindAsync(string clientKey, string state, CancellationToken cancellationToken)
    {
        if (await _table.FindAsync(TableKey.Of(clientKey), TableKey.Of(state), cancellationToken) is not { } row
            || row.GetDateTimeOffset(nameof(SignIn.ExpiresAt)) is not { } expiresAt
            || expiresAt <= clock.GetUtcNow())
        {
            return null;
        }

        return new SignIn
        {
            ClientKey = clientKey,
            Epoch = row.GetInt32(nameof(SignIn.Epoch)) ?? 0,
            AccountId = row.GetString(nameof(SignIn.AccountId)),
            Host = new Uri(row.GetString(nameof(SignIn.Host))),
            State = state,
            Verifier = Encoding.ASCII.GetString(await sealer.OpenAsync(row.GetBinary(nameof(SignIn.Verifier)), Context(row), cancellationToken)),
            ExpiresAt = expiresAt,
            ETag = row.ETag,
        };
    }

    /// <summary>Uses a sign-in up.</summary>
    /// <returns>False when somebody else did.</returns>
    public async Task<bool> TryUseAsync(SignIn signIn, CancellationToken cancellationToken)
    {
        // A removal would not tell who was first, so the row is marked before it goes.
        var used = new TableEntity(TableKey.Of(signIn.ClientKey), TableKey.Of(signIn.State)) { [nameof(SignIn.ExpiresAt)] = DateTimeOffset.UnixEpoch };

        if (await _table.TryMergeAsync(used, signIn.ETag, cancellationToken) is not { } etag)
        {
            return false;
        }

        await _table.TryDeleteAsync(used.PartitionKey, used.RowKey, etag, cancellationToken);
        return true;
    }

    /// <summary>Removes what was begun under <paramref name="epoch"/> or an earlier one.</summary>
    public Task DropAsync(string clientKey, int epoch, CancellationToken cancellationToken) =>
        DropAsync(clientKey, row => (row.GetInt32(nameof(SignIn.Epoch)) ?? 0) <= epoch, cancellationToken);

    private Task DropExpiredAsync(string clientKey, CancellationToken cancellationToken) =>
        DropAsync(clientKey, row => row.GetDateTimeOffset(nameof(SignIn.ExpiresAt)) <= clock.GetUtcNow(), cancellationToken);

    private async Task DropAsync(string clientKey, Func<TableEntity, bool> which, CancellationToken cancellationToken)
    {
        await foreach (var row in _table.ListAsync(TableKey.Of(clientKey), cancellationToken))
        {
            if (which(row))
            {
                await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            }
        }
    }

    private static SealContext Context(TableEntity row) => new(TableName, row.PartitionKey, row.RowKey, nameof(SignIn.Verifier));
}
