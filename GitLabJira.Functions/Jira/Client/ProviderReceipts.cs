using System.Text.Json;
using System.Text.Json.Serialization;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>Reads the 202 of a bulk POST of builds, deployments or feature flags.</summary>
internal static class ProviderReceipts
{
    public static SubmissionReceipt Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ProviderReceiptJson.Default.StoreProviderResult) is { } result ? Read(result) : SubmissionReceipt.Empty;
        }
        catch (JsonException)
        {
            return SubmissionReceipt.Empty;
        }
    }

    private static SubmissionReceipt Read(StoreProviderResult result) => new(
        (result.AcceptedBuilds ?? []).Select(Build)
            .Concat((result.AcceptedDeployments ?? []).Select(Deployment))
            .Concat((result.AcceptedFeatureFlags ?? []).Select(Flag))
            .ToHashSet(),
        [
            .. (result.RejectedBuilds ?? []).Select(refused => new RejectedEntity(Build(refused.Key), Messages(refused.Errors))),
            .. (result.RejectedDeployments ?? []).Select(refused => new RejectedEntity(Deployment(refused.Key), Messages(refused.Errors))),
            .. (result.FailedFeatureFlags ?? []).Select(refused => new RejectedEntity(Flag(refused.Key), Messages(refused.Value))),
        ],
        new HashSet<string>([.. result.UnknownIssueKeys ?? [], .. (result.UnknownAssociations ?? []).SelectMany(Issues)], StringComparer.Ordinal));

    private static AnsweredEntity Build(BuildKey? key) => new("", EntityKind.Build, ProviderKeys.Build(key?.PipelineId ?? "", key?.BuildNumber ?? 0));

    private static AnsweredEntity Deployment(DeploymentKey? key) =>
        new("", EntityKind.Deployment, ProviderKeys.Deployment(key?.PipelineId ?? "", key?.EnvironmentId ?? "", key?.DeploymentSequenceNumber ?? 0));

    private static AnsweredEntity Flag(string id) => new("", EntityKind.FeatureFlag, id);

    /// <summary>The younger form of unknown keys, which deployments are answered with. Unknown services are no reason to send anything again.</summary>
    private static IEnumerable<string> Issues(UnknownAssociation? association) => association?.AssociationType is "issueKeys" or "issueIdOrKeys"
        ? (association.Values ?? []).Where(value => value.ValueKind is JsonValueKind.String).Select(value => value.GetString()!)
        : [];

    private static IReadOnlyList<string> Messages(List<ErrorMessage>? messages) => [.. (messages ?? []).Select(m => m.Message ?? "")];
}

internal sealed record StoreProviderResult
{
    public List<BuildKey>? AcceptedBuilds { get; init; }
    public List<Rejected<BuildKey>>? RejectedBuilds { get; init; }
    public List<DeploymentKey>? AcceptedDeployments { get; init; }
    public List<Rejected<DeploymentKey>>? RejectedDeployments { get; init; }
    public List<string>? AcceptedFeatureFlags { get; init; }
    public Dictionary<string, List<ErrorMessage>>? FailedFeatureFlags { get; init; }
    public List<string>? UnknownIssueKeys { get; init; }
    public List<UnknownAssociation>? UnknownAssociations { get; init; }
}

internal sealed record BuildKey(string? PipelineId, long? BuildNumber);

internal sealed record DeploymentKey(string? PipelineId, string? EnvironmentId, long? DeploymentSequenceNumber);

internal sealed record UnknownAssociation(string? AssociationType, List<JsonElement>? Values);

internal sealed record Rejected<TKey>(TKey? Key, List<ErrorMessage>? Errors);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(StoreProviderResult))]
internal sealed partial class ProviderReceiptJson : JsonSerializerContext;
