using System.Globalization;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>The lists that tell what changed without anybody being told: a request a page, whatever they hold.</summary>
public sealed class GitLabLists(GitLabClient client)
{
    /// <summary>Merge requests of a group and all below it that changed since, without approvals. In the order of their making: a list by last change would lose those that move between its pages.</summary>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    public async Task<ListPage<GitLabMergeRequest>> ChangedMergeRequestsAsync(GitLabAccess access, long groupId, DateTimeOffset since, Uri? page, CancellationToken cancellationToken)
    {
        var path = $"groups/{groupId}/merge_requests?state=all&scope=all&order_by=created_at&sort=desc&updated_after={Time(since)}&per_page=100";
        var answer = await client.PageAsync(access, path, page, GitLabJson.Default.ListMergeRequestWire, cancellationToken);
        return Map(answer, wire => wire.ProjectId is { } project ? GitLabModels.MergeRequest(access, project, wire) : null);
    }

    /// <summary>Open merge requests of a project, without approvals.</summary>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    public async Task<ListPage<GitLabMergeRequest>> OpenMergeRequestsAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken)
    {
        var path = $"projects/{projectId}/merge_requests?state=opened&scope=all&order_by=created_at&sort=desc&per_page=100";
        var answer = await client.PageAsync(access, path, page, GitLabJson.Default.ListMergeRequestWire, cancellationToken);
        return Map(answer, wire => GitLabModels.MergeRequest(access, projectId, wire));
    }

    /// <summary>All branches with their last commits, whatever their names.</summary>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    public async Task<ListPage<GitLabBranch>> BranchesAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken)
    {
        // Keyset, because offset pages beyond the first came back empty on GitLab.com in 2026 (gl#605032).
        var path = $"projects/{projectId}/repository/branches?pagination=keyset&per_page=100";
        var answer = await client.PageAsync(access, path, page, GitLabJson.Default.ListBranchWire, cancellationToken);
        return Map(answer, wire => GitLabModels.Branch(access, projectId, wire));
    }

    private static string Time(DateTimeOffset time) => Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    private static ListPage<TModel> Map<TWire, TModel>(ListPage<TWire> page, Func<TWire, TModel?> map)
        where TModel : class =>
        new([.. page.Items.Select(map).OfType<TModel>()], page.Next, page.Total);
}
