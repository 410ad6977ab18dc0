using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>One change of the instance while it is made: under the lock, with one time, together with the hooks that it sets off.</summary>
public sealed class Change(GitLabState state, DateTimeOffset now, IdSequence ids, string baseUrl)
{
    private readonly List<HookEvent> _events = [];
    private readonly List<(TimeSpan After, Action<Change> Step)> _later = [];

    public GitLabState State { get; private set; } = state;

    public DateTimeOffset Now { get; } = now;

    public IdSequence Ids { get; } = ids;

    public HookBodies Bodies => new(State, baseUrl, Now);

    internal IReadOnlyList<HookEvent> Events => _events;

    internal IReadOnlyList<(TimeSpan After, Action<Change> Step)> LaterSteps => _later;

    public GitLabProject Project(long id) => State.Projects.TryGetValue(id, out var project) ? project : throw new GitLabRefusedException("404 Project Not Found");

    public GitLabGroup Group(long id) => State.Groups.TryGetValue(id, out var group) ? group : throw new GitLabRefusedException("404 Group Not Found");

    public GitLabUser User(long id) => State.Users.TryGetValue(id, out var user) ? user : throw new GitLabRefusedException("404 User Not Found");

    public MergeRequest MergeRequest(long projectId, long iid) =>
        Project(projectId).MergeRequests.TryGetValue(iid, out var found) ? found : throw new GitLabRefusedException("404 Merge Request Not Found");

    public void Set(GitLabProject project) => State = State.With(project with { UpdatedAt = Now });

    /// <summary>Somebody did something that GitLab lists as activity. It is written down once an hour at most, so what a project shows may be older than the last of it (<c>Event::RESET_PROJECT_ACTIVITY_INTERVAL</c>).</summary>
    public void NoteActivity(long projectId)
    {
        if (Project(projectId) is var project && Now - project.LastActivityAt > TimeSpan.FromHours(1))
        {
            State = State.With(project with { LastActivityAt = Now });
        }
    }

    /// <summary>Stores a project as it is, with the times that it brings.</summary>
    internal void Load(GitLabProject project) => State = State.With(project);

    public void Set(MergeRequest mergeRequest)
    {
        var project = Project(mergeRequest.ProjectId);
        Set(project with { MergeRequests = project.MergeRequests.SetItem(mergeRequest.Iid, mergeRequest) });
    }

    public void Set(GitLabGroup group) => State = State.With(group);

    public void Set(GitLabUser user) => State = State.With(user);

    public void Set(GitLabHook hook) => State = State.With(hook);

    public void Remove(GitLabProject project) => State = State.Without(project);

    public void Remove(GitLabGroup group) => State = State.Without(group);

    public void Remove(GitLabHook hook) => State = State with { Hooks = State.Hooks.Remove(hook.Id) };

    public void RememberOldPath(string fullPath, long projectId) => State = State with { MovedProjects = State.MovedProjects.SetItem(fullPath, projectId) };

    /// <summary>A later step of the same story, such as a merge request whose diff is ready seconds after its creation.</summary>
    public void Later(TimeSpan after, Action<Change> step) => _later.Add((after, step));

    /// <summary>Sends to the hooks of the project and of all groups above it; who hooked both hears it twice.</summary>
    public void EmitForProject(GitLabProject project, HookTrigger trigger, JsonObject body, string? branch = null)
    {
        var groups = State.GroupsAbove(project).Select(group => group.Id).ToImmutableHashSet();
        Emit(hook => hook.ProjectId == project.Id || (hook.GroupId is { } id && groups.Contains(id)), trigger, body, branch, project.FullPath);
    }

    /// <summary>Project, subgroup and member events reach group hooks only: those of the group and of all groups above.</summary>
    public void EmitForGroup(GitLabGroup group, HookTrigger trigger, JsonObject body)
    {
        var groups = State.WithAncestors(group.Id).Select(above => above.Id).ToImmutableHashSet();
        Emit(hook => hook.GroupId is { } id && groups.Contains(id), trigger, body, branch: null, group.FullPath);
    }

    public static void Require(bool allowed, string why)
    {
        if (!allowed)
        {
            throw new GitLabRefusedException(why);
        }
    }

    public void RequireLevel(long userId, GitLabProject project, AccessLevel level)
    {
        var user = User(userId);
        Require(!user.IsBlocked, "The user is blocked.");
        Require(Access.CanSee(State, user, project, Now), "404 Project Not Found");
        Require(Access.EffectiveOf(State, user, project, Now) >= level, $"403 Forbidden: this needs the role {level}.");
    }

    public void RequireLevel(long userId, GitLabGroup group, AccessLevel level)
    {
        var user = User(userId);
        Require(!user.IsBlocked, "The user is blocked.");
        Require(Access.CanSee(State, user, group, Now), "404 Group Not Found");
        Require(Access.EffectiveOf(State, user, group, Now) >= level, $"403 Forbidden: this needs the role {level}.");
    }

    private void Emit(Func<GitLabHook, bool> hears, HookTrigger trigger, JsonObject body, string? branch, string path)
    {
        // Recipients are fixed when the event happens, so the hooks of a project still hear of its end.
        var recipients = State.Hooks.Values
            .Where(hook => hears(hook) && hook.Events.Contains(trigger.EventsAttribute()) && (branch is null || PushBranchFilter.Lets(hook, branch)))
            .Where(hook => hook.GroupId is not { } groupId || State.PlanOf(State.Groups[groupId]) is not GitLabPlan.Free)
            .Select(hook => hook.Id)
            .ToImmutableArray();
        _events.Add(new HookEvent(trigger, Json.ToBytes(body), recipients, path[..(path.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? end : path.Length)], Now));
    }
}
