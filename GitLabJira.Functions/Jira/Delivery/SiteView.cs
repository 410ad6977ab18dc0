using Azure;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>A note in <c>Sites</c> that something waits in the outbox. Set after the row that it is about, removed by ETag after the outbox was found empty: what comes in between stays noted.</summary>
/// <param name="DueAt">Null for at once.</param>
public sealed record SiteMark(string RowKey, ETag ETag, bool IsBackfill, DateTimeOffset? DueAt)
{
    public bool IsDue(DateTimeOffset now) => DueAt is not { } due || due <= now;
}

/// <summary>What <c>Sites</c> says about one site at one moment.</summary>
/// <param name="Deletions">Links of which something was deleted as a whole lately, or is about to be: all of it, or one of their repositories.</param>
public sealed record SiteView(SiteState State, IReadOnlyList<SiteMark> Marks, IReadOnlySet<Guid> Deletions)
{
    /// <summary>
    /// Whether who takes the lease with this view finds the link and its repositories as they were: whoever deletes them leaves word first, and then takes the lease. So either that shows here, or
    /// the lease cannot be taken any more, or what is sent under it goes before the deletion.
    /// </summary>
    public bool VouchesFor(Guid linkId) => State.ETag is not null && !Deletions.Contains(linkId);

    /// <summary>Live or repair rows wait: what comes now goes with them.</summary>
    public bool IsDirty => Marks.Any(mark => mark is { IsBackfill: false, DueAt: null });

    public bool HasWork(DateTimeOffset now) => Marks.Any(mark => mark.IsDue(now));

    /// <summary>Live or repair.</summary>
    public bool HasNews(DateTimeOffset now) => Marks.Any(mark => !mark.IsBackfill && mark.IsDue(now));

    public bool HasBackfill(DateTimeOffset now) => Marks.Any(mark => mark.IsBackfill && mark.IsDue(now));
}
