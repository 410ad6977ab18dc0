using System.Text.Json;
using System.Text.Json.Serialization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.InitialSync;

/// <summary>How far the reading of one project is; kept in its row, so that a later wave goes on there.</summary>
public sealed record ProjectCursor
{
    /// <summary>What is being read; kinds before it are done.</summary>
    public SyncKind Phase { get; init; }

    /// <summary>The last kind there is was read.</summary>
    public bool IsOver { get; init; }

    /// <summary>GitLab's own link to the next page of the list; null at its beginning.</summary>
    public Uri? Page { get; init; }

    /// <summary>The branch whose commits are being read; null for the default branch, which comes first.</summary>
    public string? Ref { get; init; }

    /// <summary>What was read so far.</summary>
    public KindCounts Counts { get; init; } = [];

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
