using System.Text.Json;
using System.Text.Json.Serialization;

namespace GitLabJira.Functions.InitialSync;

public enum ReadingPhase
{
    MergeRequests,
    Branches,
}

/// <summary>How far the reading of one project is; kept in its row, so that a later wave goes on there.</summary>
public sealed record ProjectCursor
{
    public ReadingPhase Phase { get; init; }

    /// <summary>GitLab's own link to the next page of merge requests; null at the beginning.</summary>
    public Uri? Page { get; init; }

    /// <summary>Merge requests read, and those among them that name a key.</summary>
    public int Read { get; init; }
    public int Keyed { get; init; }

    public int Branches { get; init; }

    /// <summary>The last branch that was sent: they go newest first.</summary>
    public DateTimeOffset? LastBranchAt { get; init; }
    public string? LastBranchName { get; init; }

    /// <summary>What is newer than this comes by webhook, with the automation that it may fire.</summary>
    public required DateTimeOffset HookedAt { get; init; }

    public string ToText() => JsonSerializer.Serialize(this, ProjectCursorJson.Default.ProjectCursor);

    public static ProjectCursor? Parse(string? text) => text is null ? null : JsonSerializer.Deserialize(text, ProjectCursorJson.Default.ProjectCursor);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProjectCursor))]
internal sealed partial class ProjectCursorJson : JsonSerializerContext;
