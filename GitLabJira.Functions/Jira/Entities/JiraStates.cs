using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>Jira's states of a build (<c>reference/builds.txt</c>).</summary>
public enum JiraBuildState
{
    [JsonStringEnumMemberName("pending")]
    Pending,
    [JsonStringEnumMemberName("in_progress")]
    InProgress,
    [JsonStringEnumMemberName("successful")]
    Successful,
    [JsonStringEnumMemberName("failed")]
    Failed,
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>Jira's states of a deployment (<c>reference/deployments.txt</c>).</summary>
public enum JiraDeploymentState
{
    [JsonStringEnumMemberName("unknown")]
    Unknown,
    [JsonStringEnumMemberName("pending")]
    Pending,
    [JsonStringEnumMemberName("in_progress")]
    InProgress,
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Never used: at GitLab a rollback is a deployment of its own.</summary>
    [JsonStringEnumMemberName("rolled_back")]
    RolledBack,
    [JsonStringEnumMemberName("successful")]
    Successful,
}

/// <summary>Jira's types of environments; feature flags know all but <see cref="Unmapped"/>.</summary>
public enum JiraEnvironmentType
{
    [JsonStringEnumMemberName("unmapped")]
    Unmapped,
    [JsonStringEnumMemberName("development")]
    Development,
    [JsonStringEnumMemberName("testing")]
    Testing,
    [JsonStringEnumMemberName("staging")]
    Staging,
    [JsonStringEnumMemberName("production")]
    Production,
}
