using System.Collections.Immutable;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>Everything the instance holds at one moment. Each change makes a new one, so that a lagging replica is just an older one.</summary>
public sealed record GitLabState
{
    public ImmutableDictionary<long, GitLabUser> Users { get; init; } = ImmutableDictionary<long, GitLabUser>.Empty;

    public ImmutableDictionary<long, GitLabGroup> Groups { get; init; } = ImmutableDictionary<long, GitLabGroup>.Empty;

    public ImmutableDictionary<long, GitLabProject> Projects { get; init; } = ImmutableDictionary<long, GitLabProject>.Empty;

    public ImmutableSortedDictionary<long, GitLabHook> Hooks { get; init; } = ImmutableSortedDictionary<long, GitLabHook>.Empty;

    /// <summary>Old full paths of moved and renamed projects; GitLab redirects them.</summary>
    public ImmutableDictionary<string, long> MovedProjects { get; init; } = ImmutableDictionary.Create<string, long>(StringComparer.OrdinalIgnoreCase);

    internal ImmutableDictionary<string, long> GroupPaths { get; init; } = ImmutableDictionary.Create<string, long>(StringComparer.OrdinalIgnoreCase);

    internal ImmutableDictionary<string, long> ProjectPaths { get; init; } = ImmutableDictionary.Create<string, long>(StringComparer.OrdinalIgnoreCase);

    internal ImmutableDictionary<string, long> Usernames { get; init; } = ImmutableDictionary.Create<string, long>(StringComparer.OrdinalIgnoreCase);

    public GitLabUser User(string username) => FindUser(username) ?? throw new KeyNotFoundException($"There is no user {username}.");

    public GitLabGroup Group(string fullPath) => FindGroup(fullPath) ?? throw new KeyNotFoundException($"There is no group {fullPath}.");

    public GitLabProject Project(string fullPath) => FindProject(fullPath) ?? throw new KeyNotFoundException($"There is no project {fullPath}.");

    public GitLabUser? FindUser(string username) => Usernames.TryGetValue(username, out var id) ? Users[id] : null;

    public GitLabGroup? FindGroup(string fullPath) => GroupPaths.TryGetValue(fullPath, out var id) ? Groups[id] : null;

    public GitLabProject? FindProject(string fullPath) => ProjectPaths.TryGetValue(fullPath, out var id) ? Projects[id] : null;

    /// <summary>The group itself, then its parents up to the top.</summary>
    public IEnumerable<GitLabGroup> WithAncestors(long groupId)
    {
        for (long? id = groupId; id is { } next && Groups.TryGetValue(next, out var group); id = group.ParentId)
        {
            yield return group;
        }
    }

    public GitLabGroup RootOf(GitLabGroup group) => WithAncestors(group.Id).Last();

    public GitLabPlan PlanOf(GitLabGroup group) => RootOf(group).Plan;

    /// <summary>All groups below this one.</summary>
    public IEnumerable<GitLabGroup> Descendants(GitLabGroup group) =>
        Groups.Values.Where(other => other.FullPath.StartsWith(group.FullPath + "/", StringComparison.OrdinalIgnoreCase)).OrderBy(other => other.FullPath, StringComparer.Ordinal);

    /// <summary>Projects of a group, without those that others share with it.</summary>
    public IEnumerable<GitLabProject> ProjectsOf(GitLabGroup group, bool includeSubgroups) =>
        (includeSubgroups
            ? Projects.Values.Where(project => project.FullPath.StartsWith(group.FullPath + "/", StringComparison.OrdinalIgnoreCase))
            : Projects.Values.Where(project => project.NamespaceId == group.Id))
        .OrderBy(project => project.Id);

    /// <summary>The groups whose hooks hear of this project, nearest first.</summary>
    public IEnumerable<GitLabGroup> GroupsAbove(GitLabProject project) => WithAncestors(project.NamespaceId);

    public GitLabUser? OwnerOf(GitLabProject project) => Groups.ContainsKey(project.NamespaceId) ? null : Users.Values.FirstOrDefault(user => user.NamespaceId == project.NamespaceId);

    internal GitLabState With(GitLabProject project)
    {
        var paths = ProjectPaths;

        if (Projects.TryGetValue(project.Id, out var before) && !string.Equals(before.FullPath, project.FullPath, StringComparison.Ordinal))
        {
            paths = paths.Remove(before.FullPath);
        }

        return this with { Projects = Projects.SetItem(project.Id, project), ProjectPaths = paths.SetItem(project.FullPath, project.Id) };
    }

    internal GitLabState With(GitLabGroup group)
    {
        var paths = GroupPaths;

        if (Groups.TryGetValue(group.Id, out var before) && !string.Equals(before.FullPath, group.FullPath, StringComparison.Ordinal))
        {
            paths = paths.Remove(before.FullPath);
        }

        return this with { Groups = Groups.SetItem(group.Id, group), GroupPaths = paths.SetItem(group.FullPath, group.Id) };
    }

    internal GitLabState With(GitLabUser user) => this with { Users = Users.SetItem(user.Id, user), Usernames = Usernames.SetItem(user.Username, user.Id) };

    internal GitLabState With(GitLabHook hook) => this with { Hooks = Hooks.SetItem(hook.Id, hook) };

    internal GitLabState Without(GitLabProject project) => this with
    {
        Projects = Projects.Remove(project.Id),
        ProjectPaths = ProjectPaths.Remove(project.FullPath),
        Hooks = Hooks.RemoveRange(Hooks.Values.Where(hook => hook.ProjectId == project.Id).Select(hook => hook.Id)),
    };

    internal GitLabState Without(GitLabGroup group) => this with
    {
        Groups = Groups.Remove(group.Id),
        GroupPaths = GroupPaths.Remove(group.FullPath),
        Hooks = Hooks.RemoveRange(Hooks.Values.Where(hook => hook.GroupId == group.Id).Select(hook => hook.Id)),
    };
}
