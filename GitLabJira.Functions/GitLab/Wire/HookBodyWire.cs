using System.Text.Json.Serialization;

namespace GitLabJira.Functions.GitLab.Wire;

/// <summary>A hook as we want it. Every flag stands in it: what is left out keeps GitLab's default or whatever somebody set by hand.</summary>
internal sealed record HookBodyWire
{
    public required string Url { get; init; }
    public string Name { get; init; } = "Jira";
    public string Description { get; init; } = "Keeps the development information of linked Jira issues current.";

    // Both secrets with every write: an edit without them removes them (seen on 19.4.1).
    public required string Token { get; init; }
    public required string SigningToken { get; init; }
    public required bool EnableSslVerification { get; init; }
    public string PushEventsBranchFilter { get; init; } = "";
    public string BranchFilterStrategy { get; init; } = "all_branches";

    // What the relay takes. Anything more would eat the namespace's hook budget, which all its hooks share.
    public bool PushEvents { get; init; } = true;
    public bool MergeRequestsEvents { get; init; } = true;
    public bool NoteEvents { get; init; } = true;
    public bool PipelineEvents { get; init; } = true;
    public bool DeploymentEvents { get; init; } = true;
    public bool FeatureFlagEvents { get; init; } = true;

    public bool TagPushEvents { get; init; }
    public bool ConfidentialNoteEvents { get; init; }
    public bool IssuesEvents { get; init; }
    public bool ConfidentialIssuesEvents { get; init; }
    public bool JobEvents { get; init; }
    public bool WikiPageEvents { get; init; }
    public bool ReleasesEvents { get; init; }
    public bool MilestoneEvents { get; init; }
    public bool EmojiEvents { get; init; }
    public bool ResourceAccessTokenEvents { get; init; }
    public bool VulnerabilityEvents { get; init; }

    // Groups only.
    public bool? SubgroupEvents { get; init; }
    public bool? ProjectEvents { get; init; }
    public bool? MemberEvents { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HookBodyWire))]
internal sealed partial class HookBodyJson : JsonSerializerContext;
