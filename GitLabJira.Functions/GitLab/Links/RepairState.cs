using Azure;
using Azure.Data.Tables;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>How far reconcile is with a link. A row of <c>Reconciles</c>: partition = link, row <c>link</c>, beside a row for each project (<see cref="ProjectMark"/>).</summary>
public sealed record RepairState
{
    public required Guid LinkId { get; init; }

    public required string ClientKey { get; init; }

    /// <summary>When the next look is to begin; past while one is under way.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The minute of <c>Due</c> that the link's row stands in.</summary>
    public string? Bucket { get; init; }

    /// <summary>When the last whole round began: what GitLab held then was looked at.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>When the round that is under way began; null between rounds.</summary>
    public DateTimeOffset? RoundAt { get; init; }

    /// <summary>What concerns the group as a whole has been looked at in this round.</summary>
    public bool GroupDone { get; init; }

    /// <summary>The last project of this round; 0 before the first.</summary>
    public long Cursor { get; init; }

    /// <summary>Something was found in this round, or has happened in it.</summary>
    public bool IsActive { get; init; }

    /// <summary>How many rounds went by without anything happening.</summary>
    public int Quiet { get; init; }

    /// <summary>How often GitLab failed since the last round.</summary>
    public int Failures { get; init; }

    /// <summary>The hook told nothing for a while: the next whole round looks at all projects.</summary>
    public bool HasGap { get; init; }

    /// <summary>How many entities were other than Jira held them, since the link was made.</summary>
    public long Repaired { get; init; }

    /// <summary>How many of <see cref="Repaired"/> the trail has been told of.</summary>
    public long Told { get; init; }

    /// <summary>How the link's hooks stood when a round looked last; the worst of them where each project has one. Null when nobody has looked yet.</summary>
    public HookHealth? Hook { get; init; }

    /// <summary>The round of <see cref="Hook"/>, by its beginning.</summary>
    public DateTimeOffset? HookAt { get; init; }

    /// <summary>Until when somebody is at it.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    public ETag ETag { get; init; }

    internal TableEntity ToEntity(string partitionKey, string rowKey) => new(partitionKey, rowKey)
    {
        [nameof(ClientKey)] = ClientKey,
        [nameof(DueAt)] = DueAt,
        [nameof(Bucket)] = Bucket,
        [nameof(LastAt)] = LastAt,
        [nameof(RoundAt)] = RoundAt,
        [nameof(GroupDone)] = GroupDone,
        [nameof(Cursor)] = Cursor,
        [nameof(IsActive)] = IsActive,
        [nameof(Quiet)] = Quiet,
        [nameof(Failures)] = Failures,
        [nameof(HasGap)] = HasGap,
        [nameof(Repaired)] = Repaired,
        [nameof(Told)] = Told,
        [nameof(Hook)] = Hook?.ToString(),
        [nameof(HookAt)] = HookAt,
        [nameof(HeldUntil)] = HeldUntil,
    };

    internal static RepairState From(Guid linkId, TableEntity row) => new()
    {
        LinkId = linkId,
        ClientKey = row.GetString(nameof(ClientKey)) ?? "",
        DueAt = row.GetDateTimeOffset(nameof(DueAt)),
        Bucket = row.GetString(nameof(Bucket)),
        LastAt = row.GetDateTimeOffset(nameof(LastAt)),
        RoundAt = row.GetDateTimeOffset(nameof(RoundAt)),
        GroupDone = row.GetBoolean(nameof(GroupDone)) ?? false,
        Cursor = row.GetInt64(nameof(Cursor)) ?? 0,
        IsActive = row.GetBoolean(nameof(IsActive)) ?? false,
        Quiet = row.GetInt32(nameof(Quiet)) ?? 0,
        Failures = row.GetInt32(nameof(Failures)) ?? 0,
        HasGap = row.GetBoolean(nameof(HasGap)) ?? false,
        Repaired = row.GetInt64(nameof(Repaired)) ?? 0,
        Told = row.GetInt64(nameof(Told)) ?? 0,
        Hook = Enum.TryParse<HookHealth>(row.GetString(nameof(Hook)), out var hook) ? hook : null,
        HookAt = row.GetDateTimeOffset(nameof(HookAt)),
        HeldUntil = row.GetDateTimeOffset(nameof(HeldUntil)),
        ETag = row.ETag,
    };
}
