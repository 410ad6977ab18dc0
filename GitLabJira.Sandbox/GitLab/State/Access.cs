namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>Who may do what: memberships are inherited from parent groups, and sharing a project lends the smaller of both levels.</summary>
public static class Access
{
    /// <summary>The level by membership alone, as <c>/members/all/:user_id</c> tells it.</summary>
    public static AccessLevel OfGroup(GitLabState state, long userId, long groupId, DateTimeOffset now)
    {
        var best = AccessLevel.None;

        foreach (var group in state.WithAncestors(groupId))
        {
            best = Max(best, Direct(group.Members, userId, now));
        }

        return best;
    }

    /// <inheritdoc cref="OfGroup" />
    public static AccessLevel OfProject(GitLabState state, long userId, GitLabProject project, DateTimeOffset now)
    {
        var best = Max(Direct(project.Members, userId, now), OfNamespace(state, userId, project, now));

        foreach (var share in project.SharedWith)
        {
            if (share.ExpiresAt is { } day && DateOnly.FromDateTime(now.UtcDateTime) >= day)
            {
                continue;
            }

            var lent = OfGroup(state, userId, share.GroupId, now);
            best = Max(best, lent < share.Level ? lent : share.Level);
        }

        return best;
    }

    /// <summary>The part that comes from the group around the project.</summary>
    public static AccessLevel OfNamespace(GitLabState state, long userId, GitLabProject project, DateTimeOffset now)
    {
        if (state.Groups.ContainsKey(project.NamespaceId))
        {
            return OfGroup(state, userId, project.NamespaceId, now);
        }

        return state.Users.TryGetValue(userId, out var user) && user.NamespaceId == project.NamespaceId ? AccessLevel.Owner : AccessLevel.None;
    }

    public static AccessLevel Direct(IReadOnlyDictionary<long, Member> members, long userId, DateTimeOffset now) =>
        members.TryGetValue(userId, out var member) && member.IsLiveAt(now) ? member.Level : AccessLevel.None;

    /// <summary>Private things exist only for members; everything else answers 404.</summary>
    public static bool CanSee(GitLabState state, GitLabUser user, GitLabProject project, DateTimeOffset now) =>
        user.IsAdmin || project.Visibility is not Visibility.Private || OfProject(state, user.Id, project, now) >= AccessLevel.Guest;

    /// <summary>A member of anything inside a group sees the group's name as well.</summary>
    public static bool CanSee(GitLabState state, GitLabUser user, GitLabGroup group, DateTimeOffset now) =>
        user.IsAdmin
        || group.Visibility is not Visibility.Private
        || OfGroup(state, user.Id, group.Id, now) >= AccessLevel.Minimal
        || state.Descendants(group).Any(below => below.Visibility is Visibility.Private && Direct(below.Members, user.Id, now) > AccessLevel.None)
        || state.ProjectsOf(group, includeSubgroups: true).Any(project => project.Visibility is Visibility.Private && Direct(project.Members, user.Id, now) >= AccessLevel.Guest);

    /// <summary>Guests of a private project see issues, not code.</summary>
    public static bool CanReadCode(GitLabState state, GitLabUser user, GitLabProject project, DateTimeOffset now) =>
        user.IsAdmin || project.Visibility is not Visibility.Private || OfProject(state, user.Id, project, now) >= AccessLevel.Reporter;

    public static AccessLevel EffectiveOf(GitLabState state, GitLabUser user, GitLabProject project, DateTimeOffset now) =>
        user.IsAdmin ? AccessLevel.Owner : OfProject(state, user.Id, project, now);

    public static AccessLevel EffectiveOf(GitLabState state, GitLabUser user, GitLabGroup group, DateTimeOffset now) =>
        user.IsAdmin ? AccessLevel.Owner : OfGroup(state, user.Id, group.Id, now);

    private static AccessLevel Max(AccessLevel one, AccessLevel other) => one > other ? one : other;
}
