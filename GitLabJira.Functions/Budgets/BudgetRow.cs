using Azure;
using Azure.Data.Tables;

namespace GitLabJira.Functions.Budgets;

/// <summary>The row of <c>Budgets</c> from which processes lease: one a scope, used again in each window.</summary>
public sealed record BudgetRow
{
    public const string Table = "Budgets";

    /// <summary>Start of the window that the counts are of.</summary>
    public DateTimeOffset Window { get; init; } = DateTimeOffset.UnixEpoch;

    public int Used { get; init; }

    public int UsedByRepair { get; init; }

    /// <summary>The other side named a wait: nobody asks it before.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>Null when there is no row yet.</summary>
    public ETag? ETag { get; init; }

    /// <summary>The counts as they stand in a window. A process whose clock is behind does not turn the window back.</summary>
    public BudgetRow In(DateTimeOffset window) => Window >= window ? this : this with { Window = window, Used = 0, UsedByRepair = 0 };

    public TableEntity ToEntity(string partitionKey, string rowKey) => new(partitionKey, rowKey)
    {
        [nameof(Window)] = Window,
        [nameof(Used)] = Used,
        [nameof(UsedByRepair)] = UsedByRepair,
        [nameof(HeldUntil)] = HeldUntil,
    };

    public static BudgetRow From(TableEntity? entity) => entity is null ? new() : new()
    {
        Window = entity.GetDateTimeOffset(nameof(Window)) ?? default,
        Used = entity.GetInt32(nameof(Used)) ?? 0,
        UsedByRepair = entity.GetInt32(nameof(UsedByRepair)) ?? 0,
        HeldUntil = entity.GetDateTimeOffset(nameof(HeldUntil)),
        ETag = entity.ETag,
    };
}
