using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab.Instances;

/// <summary>The default instance from the settings, self-managed ones from the table <c>Instances</c>: host / <c>instance</c> with the tag, and <c>site!clientKey</c> / host with the site's application.</summary>
public sealed class GitLabInstances(AppTables tables, ISealer sealer, IOptions<GitLabOptions> options, TimeProvider clock) : IInstances
{
    private const string Table = "Instances";
    private const string Row = "instance";
    private const string ApplicationId = nameof(ApplicationId);
    private const string ApplicationSecret = nameof(ApplicationSecret);
    private const string Epoch = nameof(Epoch);
    private const string HostName = "Host";
    private const string Tag = nameof(Tag);

    /// <summary>Looks unlike any number, so that no tagged id equals an untagged one.</summary>
    private const string TagLetters = "abcdefghijkmnpqrstuvwxyz";

    private readonly AppTable _table = tables.Get(Table);
    private readonly RowCache<string> _tags = new(clock);
    private readonly RowCache<GitLabInstance> _applications = new(clock);

    /// <summary>The instance of the settings.</summary>
    public GitLabInstance Default => new(GitLabHosts.Normal(options.Value.Host), Tag: "", options.Value.ApplicationId, Text(options.Value.ApplicationSecret));

    public async Task<bool> KnowsAsync(Uri host, CancellationToken cancellationToken) => IsDefault(host) || await TagAsync(host, fresh: false, cancellationToken) is not null;

    public async Task<GitLabInstance?> FindAsync(string clientKey, Uri host, CancellationToken cancellationToken) => IsDefault(host)
        ? Default
        : await _applications.GetAsync(CacheKey(clientKey, host), fresh: false, read => ReadAsync(clientKey, host, read), cancellationToken);

    /// <summary>The self-managed instances at which a site has an application; never cached.</summary>
    public async Task<IReadOnlyList<GitLabInstance>> ListAsync(string clientKey, CancellationToken cancellationToken)
    {
        var found = new List<GitLabInstance>();

        await foreach (var row in _table.ListAsync(Partition(clientKey), cancellationToken))
        {
            if (await OpenAsync(row, cancellationToken) is { } instance)
            {
                found.Add(instance);
            }
        }

        return found;
    }

    /// <summary>Makes a self-managed instance known and gives a site its application there, or replaces that. The tag is drawn once for all sites and stays: ids in Jira begin with it.</summary>
    /// <param name="epoch">Of the installation: with its end the application goes.</param>
    public async Task<GitLabInstance> RegisterAsync(string clientKey, int epoch, Uri host, string applicationId, string? applicationSecret, CancellationToken cancellationToken)
    {
        var tag = await TagOrNewAsync(host, cancellationToken);
        var row = new TableEntity(Partition(clientKey), RowOf(host))
        {
            [HostName] = GitLabHosts.Name(host),
            [Epoch] = epoch,
            [ApplicationId] = applicationId,
        };

        if (applicationSecret is not null)
        {
            row[ApplicationSecret] = await sealer.SealAsync(Encoding.UTF8.GetBytes(applicationSecret), Context(row), cancellationToken);
        }

        await _table.PutAsync(row, cancellationToken);
        _applications.Forget(CacheKey(clientKey, host));
        return new GitLabInstance(GitLabHosts.Normal(host), tag, applicationId, applicationSecret);
    }

    /// <summary>Removes the applications that a site had under <paramref name="epoch"/> or an earlier one. Tags stay: another site may live by them.</summary>
    public async Task DropAsync(string clientKey, int epoch, CancellationToken cancellationToken)
    {
        await foreach (var row in _table.ListAsync(Partition(clientKey), cancellationToken))
        {
            if ((row.GetInt32(Epoch) ?? 0) <= epoch && await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken))
            {
                _applications.Forget(CacheKey(clientKey, new Uri(row.GetString(HostName))));
            }
        }
    }

    private bool IsDefault(Uri host) => GitLabHosts.Same(host, options.Value.Host);

    private async Task<string> TagOrNewAsync(Uri host, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TagAsync(host, fresh: true, cancellationToken) is { } known)
            {
                return known;
            }

            // Whoever comes second takes what the first has drawn.
            await _table.TryAddAsync(
                new TableEntity(RowOf(host), Row) { [HostName] = GitLabHosts.Name(host), [Tag] = RandomNumberGenerator.GetString(TagLetters, 6) }, cancellationToken);
        }
    }

    private Task<string?> TagAsync(Uri host, bool fresh, CancellationToken cancellationToken) => _tags.GetAsync(
        GitLabHosts.Name(host), fresh, async read => (await _table.FindAsync(RowOf(host), Row, read))?.GetString(Tag), cancellationToken);

    private async Task<GitLabInstance?> ReadAsync(string clientKey, Uri host, CancellationToken cancellationToken) =>
        await _table.FindAsync(Partition(clientKey), RowOf(host), cancellationToken) is { } row ? await OpenAsync(row, cancellationToken) : null;

    private async Task<GitLabInstance?> OpenAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var host = new Uri(row.GetString(HostName));

        if (await TagAsync(host, fresh: false, cancellationToken) is not { } tag)
        {
            return null;
        }

        var secret = row.GetBinary(ApplicationSecret) is { } sealedSecret
            ? Encoding.UTF8.GetString(await sealer.OpenAsync(sealedSecret, Context(row), cancellationToken))
            : null;

        return new GitLabInstance(host, tag, row.GetString(ApplicationId), secret);
    }

    private static string Partition(string clientKey) => TableKey.Of("site", clientKey);

    private static string RowOf(Uri host) => TableKey.Of(GitLabHosts.Name(host));

    private static string CacheKey(string clientKey, Uri host) => $"{clientKey}\n{GitLabHosts.Name(host)}";

    private static SealContext Context(TableEntity row) => new(Table, row.PartitionKey, row.RowKey, ApplicationSecret);

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
