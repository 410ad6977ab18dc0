using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>The rows of <c>Projects</c> as the initial sync sees them.</summary>
public sealed class SyncProjectStore(AppTables tables)
{
    private const int MostFailed = 200;

    private AppTable Table => tables.Get(ProjectColumns.Table);

    /// <summary>Enters projects into a run, as not begun. What the run has entered before is left alone, so that a second attempt of the same page resets nothing.</summary>
    public Task AddAsync(Guid linkId, string runId, IReadOnlyList<GitLabProject> projects, CancellationToken cancellationToken) =>
        AddAsync(linkId, runId, [.. projects.Select(project => new NamedProject(project.Id, project.PathWithNamespace))], cancellationToken);

    /// <inheritdoc cref="AddAsync(Guid, string, IReadOnlyList{GitLabProject}, CancellationToken)"/>
    public async Task AddAsync(Guid linkId, string runId, IReadOnlyList<NamedProject> projects, CancellationToken cancellationToken)
    {
        var partitionKey = ProjectColumns.PartitionKey(linkId);
        var entered = new HashSet<string>(StringComparer.Ordinal);

        if (projects.Count == 0)
        {
            return;
        }

        var (first, last) = (ProjectColumns.RowKey(projects.Min(project => project.Id)), ProjectColumns.RowKey(projects.Max(project => project.Id)));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey ge {first} and RowKey le {last} and RunId eq {runId}");

        await foreach (var row in Table.QueryAsync(filter, ["PartitionKey", "RowKey"], cancellationToken))
        {
            entered.Add(row.RowKey);
        }

        // A merge leaves the hook alone; all columns of the run are named, so nothing of an earlier run stays.
        await Table.SubmitAllAsync(
            projects
                .DistinctBy(project => project.Id)
                .Where(project => !entered.Contains(ProjectColumns.RowKey(project.Id)))
                .Select(project => new TableTransactionAction(TableTransactionActionType.UpsertMerge, New(partitionKey, runId, project))),
            cancellationToken);
    }

    public async Task<SyncProjectRow?> FindAsync(Guid linkId, long projectId, CancellationToken cancellationToken) =>
        await Table.FindAsync(ProjectColumns.PartitionKey(linkId), ProjectColumns.RowKey(projectId), cancellationToken) is { } row ? new SyncProjectRow(row) : null;

    /// <summary>All projects of a run, by id. Cursor and path are not read: there may be thousands of rows.</summary>
    public async IAsyncEnumerable<SyncProjectRow> ListAsync(Guid linkId, string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ProjectColumns.PartitionKey(linkId)} and RunId eq {runId}");
        string[] columns = ["PartitionKey", "RowKey", ProjectColumns.RunId, ProjectColumns.State, ProjectColumns.Wave, ProjectColumns.ResumeAt, ProjectColumns.Interruptions, ProjectColumns.Counts];

        await foreach (var row in Table.QueryAsync(filter, columns, cancellationToken))
        {
            yield return new SyncProjectRow(row);
        }
    }

    /// <summary>Projects that the last run which read them could not read; the first of very many.</summary>
    public async Task<IReadOnlyList<SyncProjectRow>> FailedAsync(Link link, CancellationToken cancellationToken) =>
        [.. (await PageAsync(link.Id, runId: null, SyncProjectState.Failed, after: null, MostFailed, cancellationToken)).Rows.Where(row => !link.Settings.Excludes(row.ProjectId))];

    /// <summary>Projects by id, with path and result, some at a time.</summary>
    /// <param name="runId">Only those that this run has read last; null for all of the link.</param>
    /// <param name="state">Only those in it; null for all.</param>
    /// <param name="after"><c>Next</c> of the page before; null for the first.</param>
    public async Task<(IReadOnlyList<SyncProjectRow> Rows, string? Next)> PageAsync(Guid linkId, string? runId, SyncProjectState? state, string? after, int limit, CancellationToken cancellationToken)
    {
        var start = after ?? "";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ProjectColumns.PartitionKey(linkId)} and RowKey gt {start}");

        if (runId is not null)
        {
            filter += TableClient.CreateQueryFilter($" and RunId eq {runId}");
        }

        if (state is { } wanted)
        {
            filter += TableClient.CreateQueryFilter($" and State eq {wanted.ToString()}");
        }

        string[] columns =
        [
            "PartitionKey", "RowKey", ProjectColumns.Path, ProjectColumns.RunId, ProjectColumns.State, ProjectColumns.Wave, ProjectColumns.StartedAt, ProjectColumns.ResumeAt, ProjectColumns.Result,
        ];
        var rows = await Table.QueryAsync(filter, columns, cancellationToken).Take(limit + 1).Select(row => new SyncProjectRow(row)).ToListAsync(cancellationToken);

        return rows.Count > limit ? ([.. rows.Take(limit)], ProjectColumns.RowKey(rows[limit - 1].ProjectId)) : (rows, null);
    }

    /// <summary>When a project of the link was last begun, by whatever run.</summary>
    /// <param name="after">Earlier ones do not count.</param>
    public async Task<DateTimeOffset?> LastStartAsync(Guid linkId, DateTimeOffset after, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ProjectColumns.PartitionKey(linkId)} and StartedAt gt {after}");
        DateTimeOffset? last = null;

        await foreach (var row in Table.QueryAsync(filter, ["PartitionKey", "RowKey", ProjectColumns.StartedAt], cancellationToken))
        {
            var startedAt = row.GetDateTimeOffset(ProjectColumns.StartedAt);
            last = last is null || startedAt > last ? startedAt : last;
        }

        return last;
    }

    /// <summary>Writes a row that was read with <see cref="FindAsync"/>.</summary>
    /// <returns>False when somebody else wrote it meanwhile, or it is gone.</returns>
    public async Task<bool> TryWriteAsync(SyncProjectRow row, CancellationToken cancellationToken)
    {
        if (await Table.TryReplaceAsync(row.Entity, row.Entity.ETag, cancellationToken) is not { } etag)
        {
            return false;
        }

        row.Entity.ETag = etag;
        return true;
    }

    private static TableEntity New(string partitionKey, string runId, NamedProject project) => new(partitionKey, ProjectColumns.RowKey(project.Id))
    {
        [ProjectColumns.Path] = project.Path,
        [ProjectColumns.RunId] = runId,
        [ProjectColumns.State] = nameof(SyncProjectState.Pending),
        [ProjectColumns.Wave] = 0,
        [ProjectColumns.Interruptions] = 0,
        [ProjectColumns.Cursor] = "",
        [ProjectColumns.Result] = "",
        [ProjectColumns.Counts] = "",
    };
}
