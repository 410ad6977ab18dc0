using Azure;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>A note in <c>Sites</c> that something waits in the outbox. Set after the row that it is about, removed by ETag after the outbox was found empty: what comes in between stays noted.</summary>
/// <param name="DueAt">Null for at once.</param>
public sealed record SiteMark(string RowKey, ETag ETag, bool IsBackfill, DateTimeOffset? DueAt)
{
    public bool IsDue(DateTimeOffset now) => DueAt is not { } due || due <= now;
}

/// <summary>What <c>Sites</c> says about one site at one moment.</summary>
public sealed record SiteView(SiteState State, IReadOnlyList<SiteMark> Marks)
{
    /// <summary>Live or repair rows wait: what comes now goes with them.</summary>
    public bool IsDirty => Marks.Any(mark => mark is { IsBackfill: false, DueAt: null });

    public bool HasWork(DateTimeOffset now) => Marks.Any(mark => mark.IsDue(now));

    /// <summary>Live or repair.</summary>
    public bool HasNews(DateTimeOffset now) => Marks.Any(mark => !mark.IsBackfill && mark.IsDue(now));

    public bool HasBackfill(DateTimeOffset now) => Marks.Any(mark => mark.IsBackfill && mark.IsDue(now));
}
