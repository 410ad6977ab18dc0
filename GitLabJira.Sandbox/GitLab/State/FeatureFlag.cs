using System.Collections.Immutable;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>How a flag is rolled out to some environments.</summary>
/// <param name="Name"><c>default</c>, <c>userWithId</c>, <c>gradualRolloutUserId</c>, <c>flexibleRollout</c> or <c>gitlabUserList</c>.</param>
public sealed record FlagStrategy(long Id, string Name, ImmutableSortedDictionary<string, string> Parameters, ImmutableArray<FlagScope> Scopes);

/// <summary>An environment, or a pattern of environments, that a strategy acts on.</summary>
public sealed record FlagScope(long Id, string EnvironmentScope);

/// <summary>A feature flag. The REST API never tells its id, the hook tells nothing but id, name, description and active.</summary>
public sealed record FeatureFlag(long Id, long Iid, string Name, string Description, bool IsActive, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public ImmutableArray<FlagStrategy> Strategies { get; init; } = [];
}
