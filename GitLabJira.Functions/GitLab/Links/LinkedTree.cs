using System.Net;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Links;

/// <inheritdoc cref="ILinkedTree"/>
public sealed class LinkedTree(IGrantAccess grants, GitLabGroups groups, ILinks links, TimeProvider clock) : ILinkedTree
{
    // A system hook tells of every project of its server: not each of them may cost a request.
    private readonly RowCache<string> _paths = new(clock);

    public async Task<bool> ContainsAsync(Link link, string projectPath, CancellationToken cancellationToken) =>
        GroupPaths.IsBelow(projectPath, link.GroupPath) || GroupPaths.IsBelow(projectPath, await PathAsync(link, fresh: false, cancellationToken));

    public async Task<bool> RefreshAsync(Link link, CancellationToken cancellationToken) => !Same(await PathAsync(link, fresh: true, cancellationToken), link.GroupPath);

    private async Task<string> PathAsync(Link link, bool fresh, CancellationToken cancellationToken) =>
        await _paths.GetAsync(link.Id.ToString("N"), fresh, token => ReadAsync(link, token), cancellationToken)
        ?? throw new GitLabRequestException(GitLabFailure.NotFound, HttpStatusCode.NotFound, retryAfter: null);

    private async Task<string?> ReadAsync(Link link, CancellationToken cancellationToken)
    {
        if (await grants.CallAsync(link, (access, token) => groups.FindAsync(access, link.GroupId, token), cancellationToken) is not { } group)
        {
            return null;
        }

        await links.UpdateAsync(link.ClientKey, link.Id, row => Same(row.GroupPath, group.FullPath) ? null : row with { GroupPath = group.FullPath }, cancellationToken);
        return group.FullPath;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}
