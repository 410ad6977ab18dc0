using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Operations;

// What the operator's calls answer. Each has a reason code beside what was asked for.

/// <param name="Next">Give it as <c>after</c> for the next page; null when this is the last.</param>
public sealed record FailureList(string Reason, IReadOnlyList<FailureView> Failures, string? Next);

/// <param name="Kind">Of the message or, for <c>outbox</c>, of the entity.</param>
/// <param name="Why">What the last attempt ended with.</param>
public sealed record FailureView(
    string Id,
    string Queue,
    string? Kind,
    Guid? Link,
    string? Site,
    string? DeliveryId,
    long? ProjectId,
    string? EntityId,
    long? Sequence,
    string Why,
    DateTimeOffset? ReceivedAt,
    DateTimeOffset FailedAt,
    DateTimeOffset KeptAt,
    int Times,
    int Bytes);

public sealed record FailureAnswer(string Reason, FailureView Failure);

/// <param name="HasMore">Call again for the rest.</param>
public sealed record ReplayAnswer(string Reason, int Replayed, bool HasMore);

public sealed record DropAnswer(string Reason);

public sealed record LinkReports(string Reason, IReadOnlyList<LinkReport> Links);

/// <param name="State">In snake case.</param>
public sealed record LinkReport(Guid Id, string Site, string ClientKey, string GitLab, long GroupId, string GroupPath, string State, string? StateReason, string Hook, string? RunId, DateTimeOffset CreatedAt);

public sealed record SiteReports(string Reason, IReadOnlyList<SiteReport> Sites);

/// <param name="State"><c>installed</c> or <c>uninstalled</c>.</param>
/// <param name="WaitsUntil">No call to the site before that.</param>
/// <param name="WaitsBecause">In snake case.</param>
/// <param name="Families">API families that refuse the app, and until when they are left alone.</param>
/// <param name="DeliveringUntil">Set while somebody holds the site's lease.</param>
/// <param name="Live">Rows of the outbox, counted up to <see cref="OperatorDesk.MostCounted"/>.</param>
public sealed record SiteReport(
    string ClientKey,
    string Site,
    string State,
    int Epoch,
    DateTimeOffset? WaitsUntil,
    string? WaitsBecause,
    IReadOnlyDictionary<string, DateTimeOffset> Families,
    DateTimeOffset? DeliveringUntil,
    int Live,
    int Repair,
    int Backfill);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FailureList))]
[JsonSerializable(typeof(FailureAnswer))]
[JsonSerializable(typeof(ReplayAnswer))]
[JsonSerializable(typeof(DropAnswer))]
[JsonSerializable(typeof(LinkReports))]
[JsonSerializable(typeof(SiteReports))]
internal sealed partial class OperatorJson : JsonSerializerContext;
