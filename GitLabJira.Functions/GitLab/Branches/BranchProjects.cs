using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Branches;

/// <summary>A project in which somebody may want a branch.</summary>
/// <param name="DefaultBranch">Null in an empty repository.</param>
public sealed record BranchProject(long Id, string Name, string Path, string WebUrl, string? DefaultBranch, bool IsArchived);

/// <summary>A branch that a new one can start from.</summary>
public sealed record SourceBranch(string Name, bool IsDefault, bool IsProtected);

/// <summary>A page as a person turns them.</summary>
public sealed record BranchPage<T>(IReadOnlyList<T> Items, bool HasMore);

/// <summary>Reads what a person needs to see before a branch is made, as that very person: what GitLab does not show him does not exist.</summary>
public sealed class BranchProjects(GitLabClient client)
{
    /// <summary>GitLab's access level of a Developer, who may push to what is not protected.</summary>
    public const int Developer = 30;

    private const int PageSize = 20;

    /// <summary>Projects of a group and all below it, without those that are archived or only shared with it.</summary>
    /// <param name="page">From 1.</param>
    public async Task<BranchPage<BranchProject>> OfGroupAsync(GitLabAccess access, long groupId, string search, int page, CancellationToken cancellationToken)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"groups/{groupId}/projects?include_subgroups=true&with_shared=false&archived=false&order_by=name&sort=asc&simple=true&per_page={PageSize}&page={page}{Search(search)}");

        try
        {
            var answer = await client.PageAsync(access, path, page: null, GitLabJson.Default.ListProjectWire, cancellationToken);
            return new([.. answer.Items.Select(Project).OfType<BranchProject>()], answer.Next is not null);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.NotFound or GitLabFailure.Forbidden)
        {
            // A group that this user does not see.
            return new([], HasMore: false);
        }
    }

    /// <returns>Null when GitLab does not show it to the user, or it does not lie under any of <paramref name="links"/>.</returns>
    public async Task<BranchProject?> FindAsync(GitLabAccess access, long projectId, IReadOnlyList<Link> links, CancellationToken cancellationToken) =>
        Project(await client.FindAsync(access, string.Create(CultureInfo.InvariantCulture, $"projects/{projectId}"), GitLabJson.Default.ProjectWire, cancellationToken)) is { } project
        && links.Any(link => GroupPaths.IsBelow(project.Path, link.GroupPath) && !link.Settings.Excludes(project.Id))
            ? project
            : null;

    /// <summary>Whether the user may push, by his role: inherited ones count.</summary>
    public async Task<bool> CanPushAsync(GitLabAccess access, long projectId, long userId, CancellationToken cancellationToken) =>
        (await client.FindAsync(access, string.Create(CultureInfo.InvariantCulture, $"projects/{projectId}/members/all/{userId}"), GitLabJson.Default.MemberWire, cancellationToken))?.AccessLevel >= Developer;

    /// <summary>The first hundred by name, or the first hundred that match: whoever has more of them searches.</summary>
    /// <param name="page">From 1.</param>
    public async Task<BranchPage<SourceBranch>> BranchesAsync(GitLabAccess access, long projectId, string search, int page, CancellationToken cancellationToken)
    {
        // Keyset and cut here, because offset pages beyond the first came back empty on GitLab.com in 2026 (gl#605032).
        var path = string.Create(CultureInfo.InvariantCulture, $"projects/{projectId}/repository/branches?pagination=keyset&per_page=100{Search(search)}");
        var answer = await client.PageAsync(access, path, page: null, GitLabJson.Default.ListBranchWire, cancellationToken);
        var branches = answer.Items.Where(wire => wire.Name is { Length: > 0 }).Select(wire => new SourceBranch(wire.Name!, wire.Default ?? false, wire.Protected ?? false)).ToList();

        return new([.. branches.Skip((page - 1) * PageSize).Take(PageSize)], branches.Count > page * PageSize);
    }

    private static string Search(string search) => search.Length == 0 ? "" : $"&search={Uri.EscapeDataString(search)}";

    private static BranchProject? Project(ProjectWire? wire) => wire is { Id: { } id, PathWithNamespace: { } path, WebUrl: { } url }
        ? new BranchProject(id, wire.Name ?? path, path, url, string.IsNullOrEmpty(wire.DefaultBranch) || wire.EmptyRepo is true ? null : wire.DefaultBranch, wire.Archived ?? false)
        : null;
}
