using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Toolchain;

// The shapes of https://developer.atlassian.com/cloud/jira/software/modules/development-actions/.
/// <param name="Id">The host's tag and the group's number: the same after an unlink and a new link.</param>
public sealed record ToolchainWorkspace(string Id, string Name, string AvatarUrl);

/// <param name="Id">The repository's id in Jira's development information.</param>
/// <param name="LastUpdatedDate">When the app last wrote something about it, or GitLab saw activity.</param>
public sealed record ToolchainContainer(string Id, string Name, string Url, string? AvatarUrl, DateTimeOffset LastUpdatedDate, ToolchainWorkspace Workspace);

public sealed record WorkspaceList(IReadOnlyList<ToolchainWorkspace> Workspaces);

public sealed record ContainerList(IReadOnlyList<ToolchainContainer> Containers);

public sealed record ToolchainSearch(string? SearchQuery, int? Page, int? Limit);

public sealed record AssociateRequest(string? Id);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(WorkspaceList))]
[JsonSerializable(typeof(ContainerList))]
[JsonSerializable(typeof(ToolchainContainer))]
[JsonSerializable(typeof(ToolchainSearch))]
[JsonSerializable(typeof(AssociateRequest))]
internal sealed partial class ToolchainJson : JsonSerializerContext;
