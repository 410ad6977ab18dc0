using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A build in Jira's form (builds 0.1). The sequence is added when it is sent.</summary>
internal sealed record JiraBuild
{
    public string SchemaVersion { get; } = "1.0";
    public required string PipelineId { get; init; }
    public required long BuildNumber { get; init; }
    public required string DisplayName { get; init; }
    public required string Url { get; init; }
    public required JiraBuildState State { get; init; }
    public required string LastUpdated { get; init; }
    public required IReadOnlyList<string> IssueKeys { get; init; }
    public IReadOnlyList<JiraAssociation>? Associations { get; init; }
    public JiraTestInfo? TestInfo { get; init; }
    public required IReadOnlyList<JiraReference> References { get; init; }
}

internal sealed record JiraTestInfo(long TotalNumber, long NumberPassed, long NumberFailed, long NumberSkipped);

internal sealed record JiraReference(JiraCommitReference Commit, JiraRefReference? Ref);

internal sealed record JiraCommitReference(string Id, string RepositoryUri);

internal sealed record JiraRefReference(string Name, string Uri);

internal sealed record JiraAssociation(string AssociationType, IReadOnlyList<string> Values);

/// <summary>A deployment in Jira's form (deployments 0.1).</summary>
internal sealed record JiraDeployment
{
    public string SchemaVersion { get; } = "1.0";
    public required long DeploymentSequenceNumber { get; init; }
    public required IReadOnlyList<JiraAssociation> Associations { get; init; }
    public required string DisplayName { get; init; }
    public required string Url { get; init; }
    public required string Description { get; init; }
    public required string LastUpdated { get; init; }
    public required string Label { get; init; }
    public long? Duration { get; init; }
    public required JiraDeploymentState State { get; init; }
    public required JiraPipeline Pipeline { get; init; }
    public required JiraEnvironment Environment { get; init; }
}

internal sealed record JiraPipeline(string Id, string DisplayName, string Url);

internal sealed record JiraEnvironment(string Id, string DisplayName, JiraEnvironmentType Type);

/// <summary>A feature flag in Jira's form (feature flags 0.1).</summary>
internal sealed record JiraFeatureFlag
{
    public string SchemaVersion { get; } = "1.0";
    public required string Id { get; init; }
    public required string Key { get; init; }
    public required string DisplayName { get; init; }
    public required IReadOnlyList<string> IssueKeys { get; init; }
    public IReadOnlyList<JiraAssociation>? Associations { get; init; }
    public required JiraFlagSummary Summary { get; init; }
    public required IReadOnlyList<JiraFlagDetails> Details { get; init; }
}

internal sealed record JiraFlagSummary(string Url, string LastUpdated, JiraFlagStatus Status);

internal sealed record JiraFlagDetails(string Url, string LastUpdated, JiraFlagEnvironment Environment, JiraFlagStatus Status);

internal sealed record JiraFlagEnvironment(string Name, JiraEnvironmentType? Type);

internal sealed record JiraFlagStatus(bool Enabled, string DefaultValue, JiraRollout? Rollout);

internal sealed record JiraRollout(double? Percentage, string? Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(JiraBuild))]
[JsonSerializable(typeof(JiraDeployment))]
[JsonSerializable(typeof(JiraFeatureFlag))]
internal sealed partial class JiraCiShapesJson : JsonSerializerContext;
