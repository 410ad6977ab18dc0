using System.Text.Json;
using System.Text.Json.Serialization;

namespace GitLabJira.Functions.GitLab.Wire;

// GitLab's answers about CI and deployments, as far as they are used. Everything may be missing: versions differ.
internal sealed record PipelineWire(
    long? Id,
    long? Iid,
    long? ProjectId,
    string? Ref,
    bool? Tag,
    string? Source,
    string? Status,
    string? Sha,
    string? BeforeSha,
    string? WebUrl,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? UpdatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    double? Duration,
    UserWire? User);

internal sealed record TestTotalWire(long? Count, long? Success, long? Failed, long? Skipped, long? Error);

internal sealed record TestReportWire(TestTotalWire? Total);

internal sealed record EnvironmentWire(long? Id, string? Name, string? Tier);

internal sealed record DeployableWire(long? Id, string? Name, bool? Tag, string? WebUrl, double? Duration, CommitWire? Commit, PipelineWire? Pipeline);

internal sealed record DeploymentWire(
    long? Id,
    long? Iid,
    string? Ref,
    string? Sha,
    string? Status,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? UpdatedAt,
    UserWire? User,
    EnvironmentWire? Environment,
    DeployableWire? Deployable);

/// <param name="Parameters">Numbers stand in them as text, and not always.</param>
internal sealed record FlagStrategyWire(string? Name, Dictionary<string, JsonElement>? Parameters, IReadOnlyList<FlagScopeWire>? Scopes);

internal sealed record FlagScopeWire(string? EnvironmentScope, bool? Active);

internal sealed record FeatureFlagWire(
    string? Name, string? Description, bool? Active, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, IReadOnlyList<FlagStrategyWire>? Strategies, IReadOnlyList<FlagScopeWire>? Scopes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(GitLabTimeConverter)])]
[JsonSerializable(typeof(PipelineWire))]
[JsonSerializable(typeof(List<PipelineWire>))]
[JsonSerializable(typeof(TestReportWire))]
[JsonSerializable(typeof(EnvironmentWire))]
[JsonSerializable(typeof(DeploymentWire))]
[JsonSerializable(typeof(List<DeploymentWire>))]
[JsonSerializable(typeof(FeatureFlagWire))]
[JsonSerializable(typeof(List<FeatureFlagWire>))]
[JsonSerializable(typeof(List<CommitWire>))]
internal sealed partial class GitLabCiJson : JsonSerializerContext;
