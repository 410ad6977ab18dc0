using System.Text.Json.Serialization;

namespace GitLabJira.Functions.CreateBranch;

// The page's calls and answers. Every answer carries a reason code beside what was asked for.
public sealed record TicketRequest(string? Ticket);

public sealed record BranchSignInRequest(string? Host);

public sealed record BranchRedeemRequest(string? Code, string? State);

/// <param name="Project">Its number.</param>
/// <param name="Source">The branch, tag or commit to start from.</param>
public sealed record NewBranchRequest(string? Host, long? Project, string? Source, string? Name);

/// <param name="Session">What further calls present; only in the answer to a ticket.</param>
/// <param name="Hosts">The GitLab instances of the site's links.</param>
public sealed record SessionView(
    string Reason, string? Session, DateTimeOffset ExpiresAt, string IssueKey, string IssueSummary, string ProposedName, IReadOnlyList<BranchHostView> Hosts);

/// <param name="User">Null when nobody signed in there in this session.</param>
public sealed record BranchHostView(string Host, BranchUserView? User);

public sealed record BranchUserView(string Username, string WebUrl);

public sealed record BranchSignInStarted(string Reason, string AuthorizeUrl, string State);

public sealed record BranchSignedIn(string Reason, string Host, BranchUserView? User);

public sealed record BranchProjectList(string Reason, IReadOnlyList<BranchProjectView> Projects, int Page, bool HasMore);

public sealed record BranchProjectView(long Id, string Name, string Path, string WebUrl);

/// <param name="DefaultBranch">Null in an empty repository.</param>
/// <param name="Why"><c>no_push_right</c>, <c>archived</c> or <c>empty_repository</c>; null when the user can create a branch.</param>
public sealed record BranchProjectDetail(string Reason, long Id, string Name, string Path, string WebUrl, string? DefaultBranch, bool CanPush, string? Why);

public sealed record SourceBranchList(string Reason, IReadOnlyList<SourceBranchView> Branches, int Page, bool HasMore);

public sealed record SourceBranchView(string Name, bool IsDefault, bool IsProtected);

public sealed record BranchCreated(string Reason, string Name, string? WebUrl);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TicketRequest))]
[JsonSerializable(typeof(BranchSignInRequest))]
[JsonSerializable(typeof(BranchRedeemRequest))]
[JsonSerializable(typeof(NewBranchRequest))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(BranchSignInStarted))]
[JsonSerializable(typeof(BranchSignedIn))]
[JsonSerializable(typeof(BranchProjectList))]
[JsonSerializable(typeof(BranchProjectDetail))]
[JsonSerializable(typeof(SourceBranchList))]
[JsonSerializable(typeof(BranchCreated))]
internal sealed partial class BranchJson : JsonSerializerContext;
