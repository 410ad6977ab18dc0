using Azure;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>A note in <c>Sites</c> that something waits in the outbox. Set after the row that it is about, removed by ETag after the outbox was found empty: what comes in between stays noted.</summary>
/// <param name="DueAt">Null for at once.</param>
public sealed record SiteMark(string RowKey, ETag ETag, bool IsBackfill, DateTimeOffset? DueAt);

/// <summary>What <c>Sites</c> says about one site at one moment.</summary>
public sealed record SiteView(SiteState State, IReadOnlyList<SiteMark> Marks)
{
    /// <summary>Live or repair rows wait: what comes now goes with them.</summary>
    public bool IsDirty => Marks.Any(mark => mark is { IsBackfill: false, DueAt: null });

    public bool HasWork(DateTimeOffset now) => Marks.Any(mark => mark.DueAt is not { } due || due <= now);
}
