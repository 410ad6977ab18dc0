using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>A feature flag was switched on or off. GitLab sends this before the change can be read.</summary>
public sealed record FeatureFlagHook : GitLabHook
{
    public override string Kind => "feature_flag";

    /// <summary>Without strategies and times: bodies have none.</summary>
    public required GitLabFeatureFlag Flag { get; init; }
}
