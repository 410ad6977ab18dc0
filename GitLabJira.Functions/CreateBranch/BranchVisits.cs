using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>The tables <c>BranchVisits</c>yyyyMMdd: partition = hash of a ticket or session token, row = <c>ticket</c>, <c>session</c> or <c>sign-in!host</c>. What is in them opens nothing: the tokens themselves are not kept, and the rest is sealed.</summary>
public sealed class BranchVisits(AppTables tables, ISealer sealer, TimeProvider clock)
{
    public const string TableName = "BranchVisits";

    private const string Ticket = "ticket";
    private const string Session = "session";
    private const string SignIn = "sign-in";
    private const string Sealed = nameof(Sealed);
    private const int TokenBytes = 32;

    /// <summary>Time for a redirect, and for a browser that starts.</summary>
    private static readonly TimeSpan TicketLife = TimeSpan.FromMinutes(5);

    /// <summary>Half of the life of GitLab's access tokens.</summary>
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(1);

    private static readonly int TokenLength = Base64Url.GetEncodedLength(TokenBytes);

    public static TimeSpan KeptFor { get; } = TimeSpan.FromDays(2);

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <returns>The ticket: good for one redemption within five minutes.</returns>
    public Task<string> IssueTicketAsync(BranchVisit visit, CancellationToken cancellationToken) => AddAsync(Ticket, visit, clock.GetUtcNow() + TicketLife, cancellationToken);

    /// <returns>Null when the ticket is unknown, used or too old.</returns>
    public async Task<BranchSession?> RedeemAsync(string ticket, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(ticket, Ticket, cancellationToken) is not { } found)
        {
            return null;
        }

        // A removal would not tell who was first, so the row is marked before it goes.
        var used = new TableEntity(found.Row.PartitionKey, found.Row.RowKey) { ["ExpiresAt"] = DateTimeOffset.UnixEpoch };
        var table = tables.Get(TableName, found.Day);

        if (await table.TryMergeAsync(used, found.Row.ETag, cancellationToken) is not { } etag)
        {
            return null;
        }

        await table.TryDeleteAsync(used.PartitionKey, used.RowKey, etag, cancellationToken);
        var (visit, expiresAt, day) = (await ReadAsync(found.Row, cancellationToken), clock.GetUtcNow() + SessionLife, Today);

        return new BranchSession(visit, await AddAsync(Session, visit, expiresAt, cancellationToken), expiresAt, day);
    }

    /// <returns>Null when the token is unknown or its hour over.</returns>
    public async Task<BranchSession?> FindAsync(string token, CancellationToken cancellationToken) =>
        await FindRowAsync(token, Session, cancellationToken) is { } found
            ? new BranchSession(await ReadAsync(found.Row, cancellationToken), token, found.Row.GetDateTimeOffset("ExpiresAt")!.Value, found.Day)
            : null;

    /// <summary>Keeps a sign-in, in the place of an earlier one at that host.</summary>
    public async Task KeepAsync(BranchSession session, BranchSignIn signIn, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition(session.Token), SignInRow(signIn.Host)) { ["Host"] = GitLabHosts.Name(signIn.Host), ["UserId"] = signIn.UserId };
        var secrets = new BranchSecrets(signIn.AccessToken, signIn.Username);
        row[Sealed] = await sealer.SealAsync(JsonSerializer.SerializeToUtf8Bytes(secrets, BranchVisitJson.Default.BranchSecrets), Context(row), cancellationToken);
        await tables.Get(TableName, session.Day).PutAsync(row, cancellationToken);
    }

    /// <returns>Null when nobody signed in at that host in this session.</returns>
    public async Task<BranchSignIn?> SignInAsync(BranchSession session, Uri host, CancellationToken cancellationToken) =>
        await tables.Get(TableName, session.Day).FindAsync(Partition(session.Token), SignInRow(host), cancellationToken) is { } row ? await OpenAsync(row, cancellationToken) : null;

    public async IAsyncEnumerable<BranchSignIn> SignInsAsync(BranchSession session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in tables.Get(TableName, session.Day).ListAsync(Partition(session.Token), SignIn, cancellationToken))
        {
            yield return await OpenAsync(row, cancellationToken);
        }
    }

    public Task ForgetAsync(BranchSession session, Uri host, CancellationToken cancellationToken) =>
        tables.Get(TableName, session.Day).TryDeleteAsync(Partition(session.Token), SignInRow(host), ETag.All, cancellationToken);

    private async Task<string> AddAsync(string rowKey, BranchVisit visit, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var row = new TableEntity(Partition(token), rowKey)
        {
            [nameof(BranchVisit.ClientKey)] = visit.ClientKey,
            [nameof(BranchVisit.Epoch)] = visit.Epoch,
            [nameof(BranchVisit.AccountId)] = visit.AccountId,
            ["ExpiresAt"] = expiresAt,
        };
        var issue = new BranchIssue(visit.IssueKey, visit.IssueSummary);
        row[Sealed] = await sealer.SealAsync(JsonSerializer.SerializeToUtf8Bytes(issue, BranchVisitJson.Default.BranchIssue), Context(row), cancellationToken);
        await tables.Get(TableName, Today).PutAsync(row, cancellationToken);
        return token;
    }

    private async Task<(TableEntity Row, DateOnly Day)?> FindRowAsync(string token, string rowKey, CancellationToken cancellationToken)
    {
        if (token.Length != TokenLength || !Base64Url.IsValid(token))
        {
            return null;
        }

        // It may have been made before midnight.
        foreach (var day in new[] { Today, Today.AddDays(-1) })
        {
            if (await tables.Get(TableName, day).FindAsync(Partition(token), rowKey, cancellationToken) is { } row)
            {
                return row.GetDateTimeOffset("ExpiresAt") > clock.GetUtcNow() ? (row, day) : null;
            }
        }

        return null;
    }

    private async Task<BranchVisit> ReadAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var issue = JsonSerializer.Deserialize(await sealer.OpenAsync(row.GetBinary(Sealed), Context(row), cancellationToken), BranchVisitJson.Default.BranchIssue)!;

        return new BranchVisit(
            row.GetString(nameof(BranchVisit.ClientKey)), row.GetInt32(nameof(BranchVisit.Epoch)) ?? 0, row.GetString(nameof(BranchVisit.AccountId)), issue.Key, issue.Summary);
    }

    private async Task<BranchSignIn> OpenAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var secrets = JsonSerializer.Deserialize(await sealer.OpenAsync(row.GetBinary(Sealed), Context(row), cancellationToken), BranchVisitJson.Default.BranchSecrets)!;

        return new BranchSignIn(new Uri(row.GetString("Host")), row.GetInt64("UserId") ?? 0, secrets.Username, secrets.AccessToken);
    }

    /// <summary>Who reads the table cannot come in by what he reads.</summary>
    internal static string Partition(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    private static string SignInRow(Uri host) => TableKey.Of(SignIn, GitLabHosts.Name(host));

    private static SealContext Context(TableEntity row) => new(TableName, row.PartitionKey, row.RowKey, Sealed);
}

internal sealed record BranchIssue(string Key, string Summary);

internal sealed record BranchSecrets(string AccessToken, string Username)
{
    public override string ToString() => nameof(BranchSecrets);
}

[JsonSerializable(typeof(BranchIssue))]
[JsonSerializable(typeof(BranchSecrets))]
internal sealed partial class BranchVisitJson : JsonSerializerContext;
