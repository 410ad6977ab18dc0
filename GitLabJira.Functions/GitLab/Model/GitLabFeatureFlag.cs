namespace GitLabJira.Functions.GitLab.Model;

/// <summary>How a flag is rolled out.</summary>
public enum FlagStrategyKind
{
    AllUsers,
    UserList,
    PercentOfUsers,
    PercentRollout,
    UserIds,
    Unknown,
}

/// <summary>A way of rolling out, and the environments (names or patterns) that it is for.</summary>
/// <param name="Percentage">Of the two strategies that have one.</param>
public sealed record GitLabFlagStrategy(FlagStrategyKind Kind, double? Percentage, IReadOnlyList<string> Scopes);

/// <summary>An environment that a flag of the old version (before 13.4) is on or off in.</summary>
public sealed record GitLabFlagScope(string Environment, bool Active);

/// <summary>A feature flag as GitLab shows it.</summary>
public sealed record GitLabFeatureFlag
{
    public required long ProjectId { get; init; }

    /// <summary>Unique in the project; REST tells no id.</summary>
    public required string Name { get; init; }
    public string? Description { get; init; }
    public required bool Active { get; init; }

    /// <summary>Null in hooks: the time of receipt is the better guess.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
    public IReadOnlyList<GitLabFlagStrategy> Strategies { get; init; } = [];

    /// <summary>Only flags of the old version have these.</summary>
    public IReadOnlyList<GitLabFlagScope> Scopes { get; init; } = [];
}
