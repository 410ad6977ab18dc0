using System.Globalization;
using Azure.Data.Tables;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>What reconcile keeps of a project between its looks.</summary>
public sealed record ProjectMark(long ProjectId)
{
    /// <summary>When it was last looked at as a whole.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>When it last had its look of the day.</summary>
    public DateTimeOffset? DailyAt { get; init; }

    /// <summary>Some of its feature flags name keys: of those GitLab does not tell all.</summary>
    public bool HasFlags { get; init; }

    /// <summary>The group's list has not shown it since.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    public BranchHeads? Heads { get; init; }

    internal static string RowKey(long projectId) => projectId.ToString("D19", CultureInfo.InvariantCulture);

    internal TableEntity ToEntity(string partitionKey) => new(partitionKey, RowKey(ProjectId))
    {
        [nameof(LookedAt)] = LookedAt,
        [nameof(DailyAt)] = DailyAt,
        [nameof(HasFlags)] = HasFlags,
        [nameof(MissingSince)] = MissingSince,
        [nameof(Heads)] = Heads?.ToBytes(),
    };

    internal static ProjectMark From(TableEntity row) => new(long.Parse(row.RowKey, NumberStyles.None, CultureInfo.InvariantCulture))
    {
        LookedAt = row.GetDateTimeOffset(nameof(LookedAt)),
        DailyAt = row.GetDateTimeOffset(nameof(DailyAt)),
        HasFlags = row.GetBoolean(nameof(HasFlags)) ?? false,
        MissingSince = row.GetDateTimeOffset(nameof(MissingSince)),
        Heads = BranchHeads.Parse(row.GetBinary(nameof(Heads))),
    };
}
