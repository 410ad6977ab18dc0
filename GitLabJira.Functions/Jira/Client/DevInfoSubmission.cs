using System.Text.Json;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>One entity of a submission: its body gets its sequence when it is written.</summary>
public sealed record DevInfoEntity(RepositoryHead Repository, EntityKind Kind, string Id, JsonElement Body, long Sequence);

/// <summary>What one POST to <c>/rest/devinfo/0.10/bulk</c> carries. Its properties belong to the whole request, so it holds entities of one link only (design 6.4).</summary>
public sealed record DevInfoSubmission
{
    public required Guid LinkId { get; init; }
    public required IReadOnlyList<DevInfoEntity> Entities { get; init; }

    /// <summary>History: higher limits at Jira, slower processing.</summary>
    public required bool Backfill { get; init; }

    /// <summary>No smart commits, no workflow transitions.</summary>
    public required bool PreventTransitions { get; init; }
}
