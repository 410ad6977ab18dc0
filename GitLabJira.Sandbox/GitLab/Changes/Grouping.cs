using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>Groups and who belongs to them.</summary>
internal static class Grouping
{
    public static GitLabGroup CreateTop(Change change, long userId, string name, GitLabPlan plan, Visibility visibility = Visibility.Private)
    {
        var path = Slug.Of(name);
        RequireFreePath(change, path);
        var group = new GitLabGroup(change.Ids.NextNamespace(), null, name, path, path, name, change.Now, plan, visibility);
        change.Set(group with { Members = group.Members.Add(userId, new Member(userId, AccessLevel.Owner, change.Now)) });
        return change.Group(group.Id);
    }

    public static GitLabGroup CreateSubgroup(Change change, long userId, long parentId, string name)
    {
        var parent = change.Group(parentId);
        change.RequireLevel(userId, parent, AccessLevel.Maintainer);
        var path = Slug.Of(name);
        RequireFreePath(change, $"{parent.FullPath}/{path}");
        var group = new GitLabGroup(
            change.Ids.NextNamespace(), parent.Id, name, path, $"{parent.FullPath}/{path}", $"{parent.FullName} / {name}", change.Now, Visibility: parent.Visibility);

        // Who makes a subgroup owns it, also as a maintainer of the parent.
        change.Set(group with { Members = group.Members.Add(userId, new Member(userId, AccessLevel.Owner, change.Now)) });
        change.EmitForGroup(parent, HookTrigger.Subgroup, change.Bodies.Subgroup("subgroup_create", group, parent));
        return change.Group(group.Id);
    }

    /// <summary>Removes a group with everything below it, at once, as after the deletion period.</summary>
    public static void Delete(Change change, long userId, long groupId)
    {
        var group = change.Group(groupId);
        change.RequireLevel(userId, group, AccessLevel.Owner);

        foreach (var project in change.State.ProjectsOf(group, includeSubgroups: true).ToArray())
        {
            Projecting.Destroy(change, project);
        }

        foreach (var one in change.State.Descendants(group).Reverse().Append(group).ToArray())
        {
            if (one.ParentId is { } parentId)
            {
                var parent = change.Group(parentId);
                change.EmitForGroup(parent, HookTrigger.Subgroup, change.Bodies.Subgroup("subgroup_destroy", one, parent));
            }

            change.Remove(one);
        }
    }

    /// <summary>Moves or renames a group; GitLab sends nothing for it.</summary>
    public static GitLabGroup Transfer(Change change, long userId, long groupId, long? newParentId, string? newName = null)
    {
        var group = change.Group(groupId);
        change.RequireLevel(userId, group, AccessLevel.Owner);
        var parent = newParentId is { } id ? change.Group(id) : null;
        var name = newName ?? group.Name;
        var path = newName is null ? group.Path : Slug.Of(newName);
        var fullPath = parent is null ? path : $"{parent.FullPath}/{path}";
        Change.Require(parent is null || !change.State.WithAncestors(parent.Id).Any(above => above.Id == groupId), "A group cannot be moved below itself.");
        RequireFreePath(change, fullPath);
        var below = change.State.Descendants(group).ToArray();
        var projects = change.State.ProjectsOf(group, includeSubgroups: true).ToArray();
        var fullName = parent is null ? name : $"{parent.FullName} / {name}";
        var plan = parent is null && group.ParentId is not null ? GitLabPlan.Free : group.Plan;
        change.Set(group with { ParentId = parent?.Id, Name = name, Path = path, FullPath = fullPath, FullName = fullName, Plan = plan });

        foreach (var one in below)
        {
            change.Set(one with { FullPath = fullPath + one.FullPath[group.FullPath.Length..], FullName = fullName + one.FullName[group.FullName.Length..] });
        }

        foreach (var project in projects)
        {
            change.RememberOldPath(project.FullPath, project.Id);
            change.Set(project with { FullPath = fullPath + project.FullPath[group.FullPath.Length..], NameWithNamespace = fullName + project.NameWithNamespace[group.FullName.Length..] });
        }

        return change.Group(groupId);
    }

    public static void SetPlan(Change change, long groupId, GitLabPlan plan)
    {
        var group = change.Group(groupId);
        Change.Require(group.ParentId is null, "Only a top-level group has a plan.");
        change.Set(group with { Plan = plan });
    }

    /// <summary>Adds or changes a member; <see cref="AccessLevel.None" /> removes.</summary>
    public static void SetMember(Change change, long actorId, long groupId, long userId, AccessLevel level, DateOnly? expiresAt = null)
    {
        var group = change.Group(groupId);
        change.RequireLevel(actorId, group, AccessLevel.Owner);
        var user = change.User(userId);
        var known = group.Members.ContainsKey(userId);

        if (level is AccessLevel.None)
        {
            Change.Require(known, "404 Member Not Found");
            var gone = group.Members[userId];
            change.Set(group with { Members = group.Members.Remove(userId) });
            change.EmitForGroup(group, HookTrigger.Member, change.Bodies.Member("user_remove_from_group", group, user, gone));
            return;
        }

        var member = new Member(userId, level, known ? group.Members[userId].CreatedAt : change.Now, expiresAt);
        change.Set(group with { Members = group.Members.SetItem(userId, member) });
        change.EmitForGroup(group, HookTrigger.Member, change.Bodies.Member(known ? "user_update_for_group" : "user_add_to_group", group, user, member));
    }

    internal static void RequireFreePath(Change change, string fullPath) =>
        Change.Require(change.State.FindGroup(fullPath) is null && change.State.FindProject(fullPath) is null && change.State.FindUser(fullPath) is null, $"Path has already been taken: {fullPath}");
}
