using System.Text.Json;
using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Configuration;

// The page's calls and answers. Every answer carries a reason code beside what was asked for.
/// <param name="Settings">As a change of settings takes them; null for the defaults.</param>
public sealed record LinkRequest(JsonElement? GroupId, JsonElement? Settings);

public sealed record RedeemRequest(string? Code, string? State);

public sealed record SignInStarted(string Reason, string AuthorizeUrl, string State);

public sealed record SignInStatus(string Reason, string Host, SignedInUser? User);

public sealed record SignedInUser(string Username, string WebUrl);

public sealed record GroupList(string Reason, IReadOnlyList<GroupView> Groups, int Page, bool HasMore, int? Total);

/// <param name="Status"><c>available</c>, <c>linked</c>, <c>covered</c> or <c>cleaning_up</c>.</param>
/// <param name="Because">The path of the linked group that is the cause.</param>
public sealed record GroupView(long Id, string Name, string FullName, string FullPath, string? Description, string? AvatarUrl, string Status, string? Because);

/// <param name="Earlier">Paths of groups that the site had linked before an import; null when there are none.</param>
public sealed record LinkList(string Reason, IReadOnlyList<LinkView> Links, IReadOnlyList<string>? Earlier = null);

/// <param name="Moved">Paths of the groups that are linked here now.</param>
/// <param name="HasMore">Call again for the rest.</param>
public sealed record MoveAnswer(string Reason, IReadOnlyList<string> Moved, IReadOnlyList<NotMoved> Left, bool HasMore);

public sealed record NotMoved(string GroupPath, string Reason, string Detail);

public sealed record LinkAnswer(string Reason, string Message, LinkView? Link);

/// <param name="State">A <see cref="GitLab.Links.LinkState"/> in snake case.</param>
/// <param name="Hook"><c>none</c>, <c>group</c> or <c>project</c>.</param>
public sealed record LinkView(
    Guid Id, long GroupId, string GroupPath, string GroupUrl, string State, string? StateReason, string Hook, DateTimeOffset CreatedAt, bool CanUnlink, SyncView? Sync, ReconcileView? Reconciled = null)
{
    public required string Host { get; init; }

    /// <summary>A code of <see cref="LinkStatus"/>, as are its reason and what helps.</summary>
    public required string Status { get; init; }
    public string? StatusReason { get; init; }
    public string? Help { get; init; }
    public LinkerView? LinkedBy { get; init; }
    public required HookHealthView HookHealth { get; init; }

    /// <summary>When GitLab last told something, and when Jira last took something; up to half a minute old.</summary>
    public DateTimeOffset? LastEventAt { get; init; }
    public DateTimeOffset? LastDeliveryAt { get; init; }
}

/// <summary>How the hooks of a link stood when reconcile looked last; the worst of them where each project has one.</summary>
public sealed record HookHealthView(string State, DateTimeOffset? CheckedAt)
{
    public const string Works = "works";
    public const string Off = "off";
    public const string Removed = "removed";
    public const string Unknown = "unknown";
}

/// <summary>What GitLab never told and reconcile found.</summary>
/// <param name="At">What GitLab held then was compared with what Jira holds.</param>
/// <param name="Repaired">How many entities were other, since the link was made.</param>
public sealed record ReconcileView(DateTimeOffset At, long Repaired);

public sealed record Done(string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LinkRequest))]
[JsonSerializable(typeof(RedeemRequest))]
[JsonSerializable(typeof(SignInStarted))]
[JsonSerializable(typeof(SignInStatus))]
[JsonSerializable(typeof(GroupList))]
[JsonSerializable(typeof(LinkList))]
[JsonSerializable(typeof(LinkAnswer))]
[JsonSerializable(typeof(MoveAnswer))]
[JsonSerializable(typeof(SettingsAnswer))]
[JsonSerializable(typeof(GitLabVersionView))]
[JsonSerializable(typeof(FirstLookView))]
[JsonSerializable(typeof(SyncStarted))]
[JsonSerializable(typeof(RunList))]
[JsonSerializable(typeof(RunAnswer))]
[JsonSerializable(typeof(RunProjectList))]
[JsonSerializable(typeof(Done))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
