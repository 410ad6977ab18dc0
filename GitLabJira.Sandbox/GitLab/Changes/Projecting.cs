using System.Collections.Immutable;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>Projects: made, moved, shared, archived and removed. Only creation and removal are told to hooks.</summary>
internal static class Projecting
{
    public static GitLabProject Create(Change change, long userId, long groupId, string name, Visibility visibility = Visibility.Private, bool withReadme = true)
    {
        var group = change.Group(groupId);
        change.RequireLevel(userId, group, AccessLevel.Developer);
        var path = Slug.Of(name);
        Grouping.RequireFreePath(change, $"{group.FullPath}/{path}");
        var project = new GitLabProject(
            change.Ids.NextProject(), group.Id, name, path, $"{group.FullPath}/{path}", $"{group.FullName} / {name}", userId, change.Now, Visibility: visibility);
        change.Set(withReadme ? WithReadme(change, project, userId) : project);
        change.EmitForGroup(group, HookTrigger.Project, change.Bodies.ProjectLifecycle("project_create", project));
        return change.Project(project.Id);
    }

    /// <summary>A fork in the user's personal namespace.</summary>
    public static GitLabProject Fork(Change change, long userId, long projectId)
    {
        var source = change.Project(projectId);
        var user = change.User(userId);
        change.RequireLevel(userId, source, AccessLevel.Reporter);
        Grouping.RequireFreePath(change, $"{user.Username}/{source.Path}");
        var fork = new GitLabProject(
            change.Ids.NextProject(), user.NamespaceId, source.Name, source.Path, $"{user.Username}/{source.Path}", $"{user.Name} / {source.Name}", userId, change.Now, source.Description, source.Visibility, source.DefaultBranch)
        {
            ForkedFromId = source.Id,
            Branches = source.Branches,
            Commits = source.Commits,
        };
        change.Set(fork);
        return change.Project(fork.Id);
    }

    /// <summary>Moves a project to another group or renames it. Nothing is sent; the old path redirects.</summary>
    public static GitLabProject Transfer(Change change, long userId, long projectId, long newGroupId, string? newName = null)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, newGroupId == project.NamespaceId ? AccessLevel.Maintainer : AccessLevel.Owner);
        var group = change.Group(newGroupId);
        change.RequireLevel(userId, group, AccessLevel.Maintainer);
        var name = newName ?? project.Name;
        var path = newName is null ? project.Path : Slug.Of(newName);
        var fullPath = $"{group.FullPath}/{path}";

        if (!string.Equals(fullPath, project.FullPath, StringComparison.OrdinalIgnoreCase))
        {
            Grouping.RequireFreePath(change, fullPath);
            change.RememberOldPath(project.FullPath, project.Id);
        }

        change.Set(project with { NamespaceId = group.Id, Name = name, Path = path, FullPath = fullPath, NameWithNamespace = $"{group.FullName} / {name}" });
        return change.Project(projectId);
    }

    public static void SetArchived(Change change, long userId, long projectId, bool archived)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Owner);
        change.Set(project with { IsArchived = archived });
    }

    public static void Protect(Change change, long userId, long projectId, IReadOnlyList<string> names)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Maintainer);
        change.Set(project with { ProtectedNames = [.. names] });
    }

    public static void Share(Change change, long userId, long projectId, long groupId, AccessLevel level)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Maintainer);
        change.Group(groupId);
        var others = project.SharedWith.RemoveAll(share => share.GroupId == groupId);
        change.Set(project with { SharedWith = level is AccessLevel.None ? others : others.Add(new ProjectShare(groupId, level)) });
    }

    public static void SetMember(Change change, long actorId, long projectId, long userId, AccessLevel level, DateOnly? expiresAt = null)
    {
        var project = change.Project(projectId);
        change.RequireLevel(actorId, project, AccessLevel.Maintainer);
        change.User(userId);
        change.Set(project with
        {
            Members = level is AccessLevel.None ? project.Members.Remove(userId) : project.Members.SetItem(userId, new Member(userId, level, change.Now, expiresAt)),
        });
    }

    /// <summary>The first click of a deletion: the project stays for 30 days under another path, and no hook tells.</summary>
    public static void MarkForDeletion(Change change, long userId, long projectId)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Owner);
        var path = $"{project.Path}-deletion_scheduled-{project.Id}";
        change.RememberOldPath(project.FullPath, project.Id);
        change.Set(project with
        {
            Path = path,
            FullPath = $"{project.FullPath[..^project.Path.Length]}{path}",
            MarkedForDeletionOn = DateOnly.FromDateTime(change.Now.UtcDateTime),
        });
    }

    /// <summary>The end of a deletion.</summary>
    public static void Delete(Change change, long userId, long projectId)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Owner);
        Destroy(change, project);
    }

    public static void Configure(Change change, long userId, long projectId, int? approvalsRequired, bool? resetsApprovalsOnPush)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Maintainer);
        change.Set(project with
        {
            ApprovalsRequired = approvalsRequired ?? project.ApprovalsRequired,
            ResetsApprovalsOnPush = resetsApprovalsOnPush ?? project.ResetsApprovalsOnPush,
        });
    }

    internal static void Destroy(Change change, GitLabProject project)
    {
        if (change.State.Groups.TryGetValue(project.NamespaceId, out var group))
        {
            change.EmitForGroup(group, HookTrigger.Project, change.Bodies.ProjectLifecycle("project_destroy", project));
        }

        change.Remove(project);
    }

    private static GitLabProject WithReadme(Change change, GitLabProject project, long userId)
    {
        var user = change.User(userId);
        var person = new GitPerson(user.Name, user.Email);
        ImmutableArray<FileChange> files = [new FileChange("README.md", FileChangeKind.Added, 93, 0)];
        var commit = Commit.Create([], "Initial commit", person, change.Now, person, change.Now, files);
        return project with
        {
            Commits = project.Commits.Add(commit.Sha, commit),
            Branches = project.Branches.Add(project.DefaultBranch, new Branch(project.DefaultBranch, commit.Sha)),
        };
    }
}
