using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab;

public sealed partial class GitLabSite
{
    public GitLabUser CreateUser(string username, string name, string? publicEmail = null, bool isAdmin = false) => World.Apply(change =>
    {
        Change.Require(change.State.FindUser(username) is null, "Username has already been taken");
        var user = new GitLabUser(change.Ids.NextUser(), username, name, $"{username}@users.example", change.Ids.NextNamespace(), change.Now, publicEmail, isAdmin);
        change.Set(user);
        return user;
    });

    public void SetBlocked(string username, bool blocked) => World.Apply(change => change.Set(change.User(Id(username)) with { IsBlocked = blocked }));

    public GitLabGroup CreateGroup(string user, string name, GitLabPlan plan, Visibility visibility = Visibility.Private) =>
        World.Apply(change => Grouping.CreateTop(change, Id(user), name, plan, visibility));

    public GitLabGroup CreateSubgroup(string user, long parentId, string name) => World.Apply(change => Grouping.CreateSubgroup(change, Id(user), parentId, name));

    /// <summary>Removes a group with everything below it, at once, as after the deletion period.</summary>
    public void DeleteGroup(string user, long groupId) => World.Apply(change => Grouping.Delete(change, Id(user), groupId));

    /// <summary>Moves a group below another one, or to the top. No hook tells.</summary>
    public GitLabGroup MoveGroup(string user, long groupId, long? newParentId) => World.Apply(change => Grouping.Transfer(change, Id(user), groupId, newParentId));

    public GitLabGroup RenameGroup(string user, long groupId, string name) =>
        World.Apply(change => Grouping.Transfer(change, Id(user), groupId, change.Group(groupId).ParentId, name));

    /// <summary>A subscription that ends or begins.</summary>
    public void SetPlan(long groupId, GitLabPlan plan) => World.Apply(change => Grouping.SetPlan(change, groupId, plan));

    /// <summary>Adds or changes a member; <see cref="AccessLevel.None" /> removes.</summary>
    public void SetGroupMember(string actor, long groupId, string user, AccessLevel level, DateOnly? expiresAt = null) =>
        World.Apply(change => Grouping.SetMember(change, Id(actor), groupId, Id(user), level, expiresAt));

    /// <inheritdoc cref="SetGroupMember" />
    public void SetProjectMember(string actor, long projectId, string user, AccessLevel level, DateOnly? expiresAt = null) =>
        World.Apply(change => Projecting.SetMember(change, Id(actor), projectId, Id(user), level, expiresAt));

    public GitLabProject CreateProject(string user, long groupId, string name, Visibility visibility = Visibility.Private, bool withReadme = true) =>
        World.Apply(change => Projecting.Create(change, Id(user), groupId, name, visibility, withReadme));

    /// <summary>A fork in the user's personal namespace.</summary>
    public GitLabProject ForkProject(string user, long projectId) => World.Apply(change => Projecting.Fork(change, Id(user), projectId));

    /// <summary>Moves a project to another group. No hook tells; the old path redirects.</summary>
    public GitLabProject MoveProject(string user, long projectId, long newGroupId) => World.Apply(change => Projecting.Transfer(change, Id(user), projectId, newGroupId));

    public GitLabProject RenameProject(string user, long projectId, string name) =>
        World.Apply(change => Projecting.Transfer(change, Id(user), projectId, change.Project(projectId).NamespaceId, name));

    public void SetArchived(string user, long projectId, bool archived) => World.Apply(change => Projecting.SetArchived(change, Id(user), projectId, archived));

    /// <summary>Sets the names of branches that only Maintainers create or push to, with <c>*</c> for any characters.</summary>
    public void ProtectBranches(string user, long projectId, params IReadOnlyList<string> names) => World.Apply(change => Projecting.Protect(change, Id(user), projectId, names));

    /// <summary>Lends a project to another group; <see cref="AccessLevel.None" /> ends it.</summary>
    public void ShareProject(string user, long projectId, long groupId, AccessLevel level) => World.Apply(change => Projecting.Share(change, Id(user), projectId, groupId, level));

    /// <summary>The first step of a deletion: 30 days under another path, without a hook.</summary>
    public void MarkProjectForDeletion(string user, long projectId) => World.Apply(change => Projecting.MarkForDeletion(change, Id(user), projectId));

    /// <summary>The end of a deletion, with its hook.</summary>
    public void DeleteProject(string user, long projectId) => World.Apply(change => Projecting.Delete(change, Id(user), projectId));

    public void ConfigureApprovals(string user, long projectId, int? required = null, bool? resetsOnPush = null) =>
        World.Apply(change => Projecting.Configure(change, Id(user), projectId, required, resetsOnPush));
}
