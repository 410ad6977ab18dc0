using System.Text.Json;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>One build, deployment or feature flag of a submission: its body gets its sequence when it is written.</summary>
public sealed record ProviderEntity(EntityKind Kind, string Id, JsonElement Body, long Sequence);

/// <summary>What one POST of builds, deployments or feature flags carries. Its properties belong to the whole request, so it holds entities of one project of one link only (design 6.4).</summary>
public sealed record ProviderSubmission
{
    /// <summary>Most entities that Jira takes in one request (<c>reference/builds.txt</c> and its neighbours).</summary>
    public const int Largest = 100;

    public required ApiFamily Family { get; init; }
    public required Guid LinkId { get; init; }
    public required long ProjectId { get; init; }
    public required IReadOnlyList<ProviderEntity> Entities { get; init; }
}
