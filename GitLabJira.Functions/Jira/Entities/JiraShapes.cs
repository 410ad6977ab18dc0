using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A commit in Jira's form (devinfo 0.10). The sequence is added when it is sent.</summary>
internal sealed record JiraCommit
{
    public required string Id { get; init; }
    public required string DisplayId { get; init; }
    public required IReadOnlyList<string> IssueKeys { get; init; }
    public required string Message { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public required JiraAuthor Author { get; init; }
    public required int FileCount { get; init; }
    public IReadOnlyList<JiraFile>? Files { get; init; }
    public required string AuthorTimestamp { get; init; }
    public required string Url { get; init; }
}

internal sealed record JiraFile(string Path, string Url, string ChangeType, int LinesAdded, int LinesRemoved);

/// <summary>Jira matches people by e-mail; the other fields are shown for those it cannot match.</summary>
internal sealed record JiraAuthor
{
    public string? Name { get; init; }
    public string? Email { get; init; }
    public string? Username { get; init; }
    public string? Url { get; init; }
    public string? Avatar { get; init; }
}

internal sealed record JiraBranch
{
    public required string Id { get; init; }
    public required IReadOnlyList<string> IssueKeys { get; init; }
    public required string Name { get; init; }
    public required JiraCommit LastCommit { get; init; }
    public string? CreatePullRequestUrl { get; init; }
    public required string Url { get; init; }
}

internal sealed record JiraPullRequest
{
    public required string Id { get; init; }
    public required IReadOnlyList<string> IssueKeys { get; init; }
    public required string DisplayId { get; init; }
    public required string Title { get; init; }
    public required string Status { get; init; }
    public required JiraAuthor Author { get; init; }
    public IReadOnlyList<JiraReviewer>? Reviewers { get; init; }
    public required int CommentCount { get; init; }
    public required string SourceBranch { get; init; }
    public string? SourceBranchUrl { get; init; }
    public string? DestinationBranch { get; init; }
    public string? DestinationBranchUrl { get; init; }
    public required string LastUpdate { get; init; }
    public required string Url { get; init; }
}

internal sealed record JiraReviewer
{
    public string? Name { get; init; }
    public required string ApprovalStatus { get; init; }
    public string? Email { get; init; }
    public string? Url { get; init; }
    public string? Avatar { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JiraCommit))]
[JsonSerializable(typeof(JiraBranch))]
[JsonSerializable(typeof(JiraPullRequest))]
internal sealed partial class JiraShapesJson : JsonSerializerContext;
