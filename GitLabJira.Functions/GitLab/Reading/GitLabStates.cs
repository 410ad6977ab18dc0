using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>GitLab's words for states, alike in REST answers and hooks.</summary>
internal static class GitLabStates
{
    public static PipelineStatus Pipeline(string? status) => status switch
    {
        "created" => PipelineStatus.Created,
        "waiting_for_resource" => PipelineStatus.WaitingForResource,
        "preparing" => PipelineStatus.Preparing,
        "waiting_for_callback" => PipelineStatus.WaitingForCallback,
        "pending" => PipelineStatus.Pending,
        "running" => PipelineStatus.Running,
        "success" => PipelineStatus.Success,
        "failed" => PipelineStatus.Failed,
        "canceling" => PipelineStatus.Canceling,
        "canceled" => PipelineStatus.Canceled,
        "skipped" => PipelineStatus.Skipped,
        "manual" => PipelineStatus.Manual,
        "scheduled" => PipelineStatus.Scheduled,
        _ => PipelineStatus.Unknown,
    };

    public static DeploymentStatus Deployment(string? status) => status switch
    {
        "created" => DeploymentStatus.Created,
        "running" => DeploymentStatus.Running,
        "success" => DeploymentStatus.Success,
        "failed" => DeploymentStatus.Failed,
        "canceled" => DeploymentStatus.Canceled,
        "skipped" => DeploymentStatus.Skipped,
        "blocked" => DeploymentStatus.Blocked,
        _ => DeploymentStatus.Unknown,
    };

    public static EnvironmentTier? Tier(string? tier) => tier switch
    {
        "production" => EnvironmentTier.Production,
        "staging" => EnvironmentTier.Staging,
        "testing" => EnvironmentTier.Testing,
        "development" => EnvironmentTier.Development,
        "other" => EnvironmentTier.Other,
        _ => null,
    };

    public static FlagStrategyKind Strategy(string? name) => name switch
    {
        "default" => FlagStrategyKind.AllUsers,
        "gitlabUserList" => FlagStrategyKind.UserList,
        "gradualRolloutUserId" => FlagStrategyKind.PercentOfUsers,
        "flexibleRollout" => FlagStrategyKind.PercentRollout,
        "userWithId" => FlagStrategyKind.UserIds,
        _ => FlagStrategyKind.Unknown,
    };
}
