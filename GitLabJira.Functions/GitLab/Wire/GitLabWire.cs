using System.Text.Json;
using System.Text.Json.Serialization;

namespace GitLabJira.Functions.GitLab.Wire;

// GitLab's answers as far as they are used. Everything may be missing: versions differ, and a null boolean means false.
internal sealed record UserWire(long? Id, string? Name, string? Username, string? WebUrl, string? AvatarUrl);

internal sealed record ProjectWire(
    long? Id, string? Name, string? PathWithNamespace, string? WebUrl, string? Description, string? AvatarUrl, string? DefaultBranch, bool? Archived, bool? EmptyRepo,
    DateTimeOffset? LastActivityAt = null);

internal sealed record ReferencesWire(string? Full);

internal sealed record MergeRequestWire(
    long? Id,
    long? Iid,
    long? ProjectId,
    string? Reference,
    ReferencesWire? References,
    string? Title,
    string? Description,
    string? State,
    bool? Draft,
    bool? WorkInProgress,
    string? SourceBranch,
    string? TargetBranch,
    long? SourceProjectId,
    UserWire? Author,
    IReadOnlyList<UserWire>? Reviewers,
    int? UserNotesCount,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? UpdatedAt,
    string? WebUrl,
    string? Sha,
    PipelineWire? HeadPipeline);

internal sealed record ApprovalWire(UserWire? User);

internal sealed record ApprovalsWire(IReadOnlyList<ApprovalWire>? ApprovedBy);

internal sealed record CommitWire(
    string? Id,
    string? Title,
    string? Message,
    string? AuthorName,
    string? AuthorEmail,
    DateTimeOffset? AuthoredDate,
    DateTimeOffset? CommittedDate,
    DateTimeOffset? CreatedAt,
    IReadOnlyList<string>? ParentIds,
    string? WebUrl);

internal sealed record BranchWire(string? Name, CommitWire? Commit, bool? Default = null, bool? Protected = null, string? WebUrl = null);

internal sealed record NewBranchWire(string Branch, string Ref);

/// <summary>GitLab puts its words into the one or the other, and now and then an object in their place.</summary>
internal sealed record ErrorWire(JsonElement? Message, JsonElement? Error)
{
    public string? Text => Message is { ValueKind: JsonValueKind.String } message ? message.GetString() : Error is { ValueKind: JsonValueKind.String } error ? error.GetString() : null;
}

internal sealed record DiffWire(string? Diff, string? OldPath, string? NewPath, bool? NewFile, bool? RenamedFile, bool? DeletedFile);

internal sealed record CompareWire(IReadOnlyList<CommitWire>? Commits);

internal sealed record RefWire(string? Type, string? Name);

internal sealed record GroupWire(
    long? Id, string? Name, string? FullName, string? FullPath, long? ParentId, string? Description, string? AvatarUrl, string? WebUrl, string? MarkedForDeletionOn);

internal sealed record NamespaceWire(long? Id, string? Kind);

internal sealed record MemberWire(long? Id, int? AccessLevel);

internal sealed record HookWire(long? Id, string? Url, bool? TokenPresent, bool? SigningTokenPresent, string? AlertStatus);

internal sealed record TokenWire(string? AccessToken, string? RefreshToken, long? ExpiresIn);

internal sealed record OAuthErrorWire(string? Error);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(GitLabTimeConverter)])]
[JsonSerializable(typeof(UserWire))]
[JsonSerializable(typeof(ProjectWire))]
[JsonSerializable(typeof(List<ProjectWire>))]
[JsonSerializable(typeof(MergeRequestWire))]
[JsonSerializable(typeof(List<MergeRequestWire>))]
[JsonSerializable(typeof(ApprovalsWire))]
[JsonSerializable(typeof(CommitWire))]
[JsonSerializable(typeof(BranchWire))]
[JsonSerializable(typeof(List<BranchWire>))]
[JsonSerializable(typeof(List<DiffWire>))]
[JsonSerializable(typeof(CompareWire))]
[JsonSerializable(typeof(List<RefWire>))]
[JsonSerializable(typeof(GroupWire))]
[JsonSerializable(typeof(List<GroupWire>))]
[JsonSerializable(typeof(NamespaceWire))]
[JsonSerializable(typeof(MemberWire))]
[JsonSerializable(typeof(HookWire))]
[JsonSerializable(typeof(List<HookWire>))]
[JsonSerializable(typeof(TokenWire))]
[JsonSerializable(typeof(OAuthErrorWire))]
[JsonSerializable(typeof(NewBranchWire))]
[JsonSerializable(typeof(ErrorWire))]
internal sealed partial class GitLabJson : JsonSerializerContext;
