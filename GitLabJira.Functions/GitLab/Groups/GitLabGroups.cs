using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Groups;

/// <summary>A group or subgroup.</summary>
public sealed record GitLabGroup(long Id, string Name, string FullName, string FullPath, string? Description, string? AvatarUrl, string? WebUrl);

/// <summary>A page of groups by number, as a person turns them.</summary>
public sealed record GroupPage(IReadOnlyList<GitLabGroup> Groups, int Page, bool HasMore, int? Total);

/// <summary>What an id is when it is no group.</summary>
public enum NotAGroup
{
    Unknown,
    PersonalNamespace,
    Project,
}

/// <summary>A GitLab user, as far as the app needs to know.</summary>
public sealed record GitLabUser(long Id, string Username, string? WebUrl);

/// <summary>Reads groups, roles and the user behind a token.</summary>
public sealed class GitLabGroups(GitLabClient client)
{
    /// <summary>GitLab's access level of a Maintainer; an Owner has 50.</summary>
    public const int Maintainer = 40;

    /// <summary>GitLab answers shorter searches with what they hit anywhere, which helps nobody.</summary>
    private const int ShortestSearch = 3;

    private const int PageSize = 10;

    /// <returns>Null when the token speaks for nobody.</returns>
    public async Task<GitLabUser?> CurrentUserAsync(GitLabAccess access, CancellationToken cancellationToken)
    {
        var wire = await client.GetAsync(access, "user", GitLabJson.Default.UserWire, cancellationToken);

        return wire is { Id: { } id, Username: { Length: > 0 } username } ? new GitLabUser(id, username, wire.WebUrl) : null;
    }

    /// <summary>Groups in which the user is Maintainer or Owner.</summary>
    /// <param name="page">From 1.</param>
    public async Task<GroupPage> MaintainedAsync(GitLabAccess access, string? search, int page, CancellationToken cancellationToken)
    {
        var filter = search?.Trim() is { Length: >= ShortestSearch } text ? $"&search={Uri.EscapeDataString(text)}" : "";
        var path = $"groups?min_access_level={Maintainer}&order_by=name&sort=asc&per_page={PageSize}&page={page}{filter}";
        var answer = await client.PageAsync(access, path, page: null, GitLabJson.Default.ListGroupWire, cancellationToken);

        return new GroupPage([.. answer.Items.Select(Group).OfType<GitLabGroup>()], page, answer.Next is not null, answer.Total);
    }

    /// <returns>Null when GitLab answers 404.</returns>
    public async Task<GitLabGroup?> FindAsync(GitLabAccess access, long groupId, CancellationToken cancellationToken) =>
        Group(await client.FindAsync(access, $"groups/{groupId}?with_projects=false", GitLabJson.Default.GroupWire, cancellationToken));

    /// <summary>The user's access level in the group, inherited ones included; 0 without membership.</summary>
    public async Task<int> RoleAsync(GitLabAccess access, long groupId, long userId, CancellationToken cancellationToken) =>
        (await client.FindAsync(access, $"groups/{groupId}/members/all/{userId}", GitLabJson.Default.MemberWire, cancellationToken))?.AccessLevel ?? 0;

    /// <summary>For an id that is no group: says what the user probably meant.</summary>
    public async Task<NotAGroup> WhatElseAsync(GitLabAccess access, long id, CancellationToken cancellationToken)
    {
        var name = await client.FindAsync(access, $"namespaces/{id}", GitLabJson.Default.NamespaceWire, cancellationToken);

        if (string.Equals(name?.Kind, "user", StringComparison.Ordinal))
        {
            return NotAGroup.PersonalNamespace;
        }

        return await client.FindAsync(access, $"projects/{id}", GitLabJson.Default.ProjectWire, cancellationToken) is null ? NotAGroup.Unknown : NotAGroup.Project;
    }

    private static GitLabGroup? Group(GroupWire? wire) => wire is { Id: { } id, FullPath: { } path }
        ? new GitLabGroup(id, wire.Name ?? path, wire.FullName ?? path, path, wire.Description, wire.AvatarUrl, wire.WebUrl)
        : null;
}
