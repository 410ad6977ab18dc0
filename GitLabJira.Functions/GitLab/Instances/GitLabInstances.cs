using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab.Instances;

/// <summary>The default instance from the settings, self-managed ones from the table <c>Instances</c>.</summary>
public sealed class GitLabInstances(AppTables tables, ISealer sealer, IOptions<GitLabOptions> options, TimeProvider clock) : IInstances
{
    private const string Row = "instance";
    private const string ApplicationId = nameof(ApplicationId);
    private const string ApplicationSecret = nameof(ApplicationSecret);
    private const string HostName = "Host";
    private const string Tag = nameof(Tag);

    /// <summary>Looks unlike any number, so that no tagged id equals an untagged one.</summary>
    private const string TagLetters = "abcdefghijkmnpqrstuvwxyz";

    private readonly AppTable _table = tables.Get("Instances");
    private readonly RowCache<GitLabInstance> _cache = new(clock);

    public async Task<GitLabInstance?> FindAsync(Uri host, CancellationToken cancellationToken)
    {
        var settings = options.Value;

        return GitLabHosts.Same(host, settings.Host)
            ? new GitLabInstance(GitLabHosts.Normal(settings.Host), Tag: "", settings.ApplicationId, Text(settings.ApplicationSecret))
            : await _cache.GetAsync(GitLabHosts.Name(host), fresh: false, read => ReadAsync(host, read), cancellationToken);
    }

    /// <summary>Makes a self-managed instance known, or replaces its application. The tag is drawn once and stays: ids in Jira begin with it.</summary>
    public async Task<GitLabInstance> RegisterAsync(Uri host, string applicationId, string? applicationSecret, CancellationToken cancellationToken)
    {
        var partition = TableKey.Of(GitLabHosts.Name(host));

        while (true)
        {
            var known = await _table.FindAsync(partition, Row, cancellationToken);
            var row = new TableEntity(partition, Row)
            {
                [HostName] = GitLabHosts.Name(host),
                [Tag] = known?.GetString(Tag) ?? RandomNumberGenerator.GetString(TagLetters, 6),
                [ApplicationId] = applicationId,
                [ApplicationSecret] = applicationSecret is null
                    ? null
                    : await sealer.SealAsync(Encoding.UTF8.GetBytes(applicationSecret), Context(partition), cancellationToken),
            };

            var written = known is null
                ? await _table.TryAddAsync(row, cancellationToken)
                : await _table.TryReplaceAsync(row, known.ETag, cancellationToken);

            if (written is not null)
            {
                _cache.Forget(GitLabHosts.Name(host));
                return new GitLabInstance(GitLabHosts.Normal(host), row.GetString(Tag), applicationId, applicationSecret);
            }
        }
    }

    private async Task<GitLabInstance?> ReadAsync(Uri host, CancellationToken cancellationToken)
    {
        var partition = TableKey.Of(GitLabHosts.Name(host));

        if (await _table.FindAsync(partition, Row, cancellationToken) is not { } row)
        {
            return null;
        }

        var secret = row.GetBinary(ApplicationSecret) is { } sealedSecret
            ? Encoding.UTF8.GetString(await sealer.OpenAsync(sealedSecret, Context(partition), cancellationToken))
            : null;

        return new GitLabInstance(GitLabHosts.Normal(host), row.GetString(Tag), row.GetString(ApplicationId), secret);
    }

    private static SealContext Context(string partition) => new("Instances", partition, Row, ApplicationSecret);

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
