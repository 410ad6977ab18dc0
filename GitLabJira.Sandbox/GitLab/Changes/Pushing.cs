using System.Collections.Immutable;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>Pushes: what they do to branches, to open merge requests, and which hooks they send.</summary>
public static class Pushing
{
    public const string ZeroSha = "0000000000000000000000000000000000000000";

    /// <summary><c>push_event_hooks_limit</c>: more refs of one action in a push than this, and none of them sends a hook.</summary>
    private const int RefsWithHooks = 3;

    private enum RefAction
    {
        Create,
        Update,
        Remove,
    }

    private sealed record Moved(string Branch, string Before, string After)
    {
        public RefAction Action => Before is ZeroSha ? RefAction.Create : After is ZeroSha ? RefAction.Remove : RefAction.Update;
    }

    /// <summary>One <c>git push</c> with any number of branches.</summary>
    public static void Push(Change change, long userId, long projectId, IReadOnlyList<RefChange> refs)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Developer);
        Change.Require(!project.IsArchived, "You are not allowed to push code to this project: it is archived.");
        var moved = refs.Select(one => Move(change, userId, projectId, one)).Where(one => !string.Equals(one.Before, one.After, StringComparison.Ordinal)).ToArray();
        Announce(change, userId, projectId, moved);
    }

    /// <summary>Sets a branch to a commit that is there already, as a merge does.</summary>
    internal static void Advance(Change change, long userId, long projectId, string branch, string after)
    {
        var project = change.Project(projectId);
        var before = project.Branches.TryGetValue(branch, out var known) ? known.Sha : ZeroSha;
        change.Set(project with { Branches = project.Branches.SetItem(branch, new Branch(branch, after)) });
        Announce(change, userId, projectId, [new Moved(branch, before, after)]);
    }

    internal static void Remove(Change change, long userId, long projectId, string branch)
    {
        var project = change.Project(projectId);

        if (project.Branches.TryGetValue(branch, out var known))
        {
            change.Set(project with { Branches = project.Branches.Remove(branch) });
            Announce(change, userId, projectId, [new Moved(branch, known.Sha, ZeroSha)]);
        }
    }

    private static Moved Move(Change change, long userId, long projectId, RefChange one)
    {
        var project = change.Project(projectId);
        var before = project.Branches.TryGetValue(one.Branch, out var known) ? known.Sha : ZeroSha;
        var isDefault = string.Equals(one.Branch, project.DefaultBranch, StringComparison.Ordinal);

        if (one.Deletes)
        {
            Change.Require(before is not ZeroSha, $"404 Branch Not Found: {one.Branch}");
            Change.Require(!isDefault, "Cannot remove HEAD branch");
            change.Set(project with { Branches = project.Branches.Remove(one.Branch) });
            return new Moved(one.Branch, before, ZeroSha);
        }

        Change.Require(IsBranchName(one.Branch), $"Branch name is invalid: {one.Branch}");
        Change.Require(one.From is null || before is ZeroSha || !isDefault, "You are not allowed to force push code to a protected branch on this project.");
        Change.Require(
            !project.Protects(one.Branch) || Access.OfProject(change.State, userId, project, change.Now) >= AccessLevel.Maintainer,
            before is ZeroSha ? "You are not allowed to create protected branches on this project." : "You are not allowed to push code to protected branches on this project.");
        var start = one.From is { } from ? Resolve(project, from) : before is not ZeroSha ? before : project.Head(project.DefaultBranch)?.Sha;
        var (commits, after) = Append(change, userId, project, start, one.Commits ?? []);
        Change.Require(after is not null, "An empty repository needs a first commit.");
        change.Set(project with { Commits = commits, Branches = project.Branches.SetItem(one.Branch, new Branch(one.Branch, after!)) });
        return new Moved(one.Branch, before, after!);
    }

    private static (ImmutableDictionary<string, Commit> Commits, string? Head) Append(Change change, long userId, GitLabProject project, string? start, IReadOnlyList<NewCommit> fresh)
    {
        var pusher = change.User(userId);
        var self = new GitPerson(pusher.Name, pusher.Email);
        var commits = project.Commits;
        var head = start;

        for (var i = 0; i < fresh.Count; i++)
        {
            var files = fresh[i].Files?.ToImmutableArray() ?? [new FileChange($"src/change-{commits.Count + 1}.txt", FileChangeKind.Added, 3, 0)];
            var author = fresh[i].Author ?? self;
            var commit = Commit.Create(head is null ? [] : [head], fresh[i].Message, author, fresh[i].AuthoredAt ?? change.Now, self, change.Now, files);

            // Two equal commits in one second would have one id; git users wait, here the file differs.
            for (var twin = 2; commits.ContainsKey(commit.Sha); twin++)
            {
                commit = Commit.Create(head is null ? [] : [head], fresh[i].Message, author, fresh[i].AuthoredAt ?? change.Now, self, change.Now, [.. files, new FileChange($"src/twin-{twin}.txt", FileChangeKind.Added, 1, 0)]);
            }

            commits = commits.Add(commit.Sha, commit);
            head = commit.Sha;
        }

        return (commits, head);
    }

    private static string? Resolve(GitLabProject project, string nameOrSha)
    {
        if (project.Branches.TryGetValue(nameOrSha, out var branch))
        {
            return branch.Sha;
        }

        return project.Commits.ContainsKey(nameOrSha) ? nameOrSha : throw new GitLabRefusedException($"Invalid reference name: {nameOrSha}");
    }

    private static void Announce(Change change, long userId, long projectId, IReadOnlyList<Moved> moved)
    {
        if (moved.Count > 0)
        {
            change.NoteActivity(projectId);
        }

        foreach (var group in moved.GroupBy(one => one.Action).Where(group => group.Count() <= RefsWithHooks))
        {
            foreach (var one in group)
            {
                EmitPush(change, userId, projectId, one);
            }
        }

        foreach (var one in moved)
        {
            MergeRequestRefresh.AfterPush(change, userId, projectId, one.Branch, one.Before, one.After);
        }
    }

    private static void EmitPush(Change change, long userId, long projectId, Moved one)
    {
        var project = change.Project(projectId);
        var commits = NewCommits(project, one);
        var body = change.Bodies.Push(project, change.User(userId), one.Branch, one.Before, one.After, commits);
        change.EmitForProject(project, HookTrigger.Push, body, one.Branch);
    }

    /// <summary>Newest first. A new branch brings what the default branch lacks, whoever pushed it.</summary>
    private static IReadOnlyList<Commit> NewCommits(GitLabProject project, Moved one)
    {
        if (one.Action is RefAction.Remove)
        {
            return [];
        }

        var isDefault = string.Equals(one.Branch, project.DefaultBranch, StringComparison.Ordinal);
        var known = one.Action is RefAction.Update ? one.Before : isDefault ? null : project.Head(project.DefaultBranch)?.Sha;
        return CommitGraph.Between(project.Commits, known, one.After);
    }

    /// <summary>The rules of <c>git check-ref-format</c> that people break.</summary>
    private static bool IsBranchName(string name) =>
        name.Length is > 0 and <= 240
        && !name.StartsWith('-') && !name.StartsWith('/') && !name.EndsWith('/') && !name.EndsWith('.')
        && !name.EndsWith(".lock", StringComparison.Ordinal)
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal)
        && !name.Split('/').Any(part => part.StartsWith('.') || part.EndsWith(".lock", StringComparison.Ordinal))
        && name.All(c => c > ' ' && c != '\u007f' && !"~^:?*[\\".Contains(c, StringComparison.Ordinal));
}
