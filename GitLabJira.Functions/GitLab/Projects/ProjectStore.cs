using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Projects;

/// <inheritdoc cref="IProjects"/>
public sealed class ProjectStore(AppTables tables) : IProjects
{
    private AppTable Table => tables.Get(ProjectColumns.Table);

    public async IAsyncEnumerable<LinkedProject> ListAsync(Guid linkId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in Table.ListAsync(ProjectColumns.PartitionKey(linkId), cancellationToken))
        {
            yield return Read(linkId, row);
        }
    }

    public async Task<LinkedProject?> FindAsync(Guid linkId, long projectId, CancellationToken cancellationToken) =>
        await Table.FindAsync(ProjectColumns.PartitionKey(linkId), ProjectColumns.RowKey(projectId), cancellationToken) is { } row ? Read(linkId, row) : null;

    public async Task SaveAsync(LinkedProject project, CancellationToken cancellationToken)
    {
        while (!await TrySaveAsync(project, cancellationToken))
        {
            // A sync writes its state into the same row; read again and keep what it wrote.
        }
    }

    public Task RemoveAsync(Guid linkId, long projectId, CancellationToken cancellationToken) =>
        Table.TryDeleteAsync(ProjectColumns.PartitionKey(linkId), ProjectColumns.RowKey(projectId), ETag.All, cancellationToken);

    public Task DropAsync(Guid linkId, CancellationToken cancellationToken) =>
        Table.DeleteAllAsync(ProjectColumns.PartitionKey(linkId), prefix: null, cancellationToken);

    private async Task<bool> TrySaveAsync(LinkedProject project, CancellationToken cancellationToken)
    {
        var (partitionKey, rowKey) = (ProjectColumns.PartitionKey(project.LinkId), ProjectColumns.RowKey(project.ProjectId));
        var found = await Table.FindAsync(partitionKey, rowKey, cancellationToken);
        var row = found ?? new TableEntity(partitionKey, rowKey);

        row[ProjectColumns.Path] = project.Path;

        if (project.HookId is { } hook)
        {
            row[ProjectColumns.HookId] = hook;
        }
        else
        {
            row.Remove(ProjectColumns.HookId);
        }

        return found is null
            ? await Table.TryAddAsync(row, cancellationToken) is not null
            : await Table.TryReplaceAsync(row, found.ETag, cancellationToken) is not null;
    }

    private static LinkedProject Read(Guid linkId, TableEntity row) => new(
        linkId,
        SyncProjectRow.ProjectOf(row.RowKey),
        row.GetString(ProjectColumns.Path) ?? "",
        row.GetInt64(ProjectColumns.HookId),
        row.GetString(ProjectColumns.Result) is { Length: > 0 } result ? result : null,
        row.Timestamp);
}
