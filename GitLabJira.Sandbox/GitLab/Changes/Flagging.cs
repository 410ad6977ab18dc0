using System.Collections.Immutable;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>A strategy as somebody sets it up.</summary>
public sealed record NewFlagStrategy(string Name, IReadOnlyDictionary<string, string>? Parameters = null, IReadOnlyList<string>? Environments = null);

/// <summary>Feature flags. Only a flip of <c>active</c> sends a hook, and it is sent before others can see the change.</summary>
internal static class Flagging
{
    public static FeatureFlag Create(Change change, long userId, long projectId, string name, string description, bool isActive, IReadOnlyList<NewFlagStrategy>? strategies)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Developer);
        Change.Require(!project.FeatureFlags.ContainsKey(name), "Name has already been taken");
        var flag = new FeatureFlag(
            change.Ids.NextFlag(), (project.FeatureFlags.IsEmpty ? 0 : project.FeatureFlags.Values.Max(one => one.Iid)) + 1, name, description, isActive, change.Now, change.Now)
        {
            Strategies = StrategiesOf(change, strategies ?? [new NewFlagStrategy("default")]),
        };
        change.Set(project with { FeatureFlags = project.FeatureFlags.Add(name, flag) });
        return flag;
    }

    public static void Update(
        Change change, long userId, long projectId, string name, bool? isActive, string? description, IReadOnlyList<NewFlagStrategy>? strategies, TimeSpan visibleAfter)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Developer);
        var before = project.FeatureFlags.TryGetValue(name, out var found) ? found : throw new GitLabRefusedException("404 Not Found");
        var after = before with
        {
            IsActive = isActive ?? before.IsActive,
            Description = description ?? before.Description,
            Strategies = strategies is null ? before.Strategies : StrategiesOf(change, strategies),
            UpdatedAt = change.Now,
        };

        if (after.IsActive == before.IsActive)
        {
            Store(change, projectId, after);
            return;
        }

        // GitLab sends it inside of the transaction: who reads at once still finds the old flag.
        change.EmitForProject(project, HookTrigger.FeatureFlag, change.Bodies.FeatureFlag(project, after, change.User(userId)));
        change.Later(visibleAfter, later => Store(later, projectId, after));
    }

    public static void Delete(Change change, long userId, long projectId, string name)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Developer);
        Change.Require(project.FeatureFlags.ContainsKey(name), "404 Not Found");
        change.Set(project with { FeatureFlags = project.FeatureFlags.Remove(name) });
    }

    private static void Store(Change change, long projectId, FeatureFlag flag)
    {
        if (change.State.Projects.TryGetValue(projectId, out var project) && project.FeatureFlags.ContainsKey(flag.Name))
        {
            change.Set(project with { FeatureFlags = project.FeatureFlags.SetItem(flag.Name, flag) });
        }
    }

    private static ImmutableArray<FlagStrategy> StrategiesOf(Change change, IReadOnlyList<NewFlagStrategy> wanted) =>
    [
        .. wanted.Select(one => new FlagStrategy(
            change.Ids.NextStrategy(),
            one.Name,
            (one.Parameters ?? new Dictionary<string, string>(StringComparer.Ordinal)).ToImmutableSortedDictionary(StringComparer.Ordinal),
            [.. (one.Environments ?? ["*"]).Select(scope => new FlagScope(change.Ids.NextStrategy(), scope))])),
    ];
}
