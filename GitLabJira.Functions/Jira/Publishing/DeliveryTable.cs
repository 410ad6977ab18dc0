using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>The tables <c>Deliveries</c>yyyyMMdd: what was translated and looked at lately. One holds a week and is named by its Monday: nearly always a single read tells what the last days brought.</summary>
public static class DeliveryTable
{
    public const string Name = "Deliveries";

    private const int Week = 7;

    /// <summary>How long a delivery is known for one that was translated.</summary>
    public static TimeSpan Remembered { get; } = TimeSpan.FromDays(3);

    /// <summary>From the day that a table is named by.</summary>
    public static TimeSpan KeptFor { get; } = TimeSpan.FromDays(Week) + Remembered;

    public static AppTable Of(AppTables tables, DateTimeOffset time) => tables.Get(Name, MondayOf(time));

    /// <summary>The table of the week before, if it holds something of the last <paramref name="span"/>.</summary>
    public static AppTable? Before(AppTables tables, DateTimeOffset now, TimeSpan span) => MondayOf(now - span) is var monday && monday != MondayOf(now) ? tables.Get(Name, monday) : null;

    public static string PartitionKey(Guid linkId) => TableKey.Of(linkId.ToString("N"));

    private static DateOnly MondayOf(DateTimeOffset time)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        return day.AddDays(-(((int)day.DayOfWeek + Week - (int)DayOfWeek.Monday) % Week));
    }
}
