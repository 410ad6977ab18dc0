using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>The tables <c>Looks</c>yyyyMMdd: what was looked at lately, and which events that answered. One holds a week and is named by its Monday: nearly always a single read tells what the last days brought.</summary>
public static class LookTable
{
    public const string Name = "Looks";

    private const int Week = 7;

    /// <summary>How far back looks are known at least.</summary>
    public static TimeSpan Remembered { get; } = TimeSpan.FromDays(3);

    /// <summary>From the day that a table is named by.</summary>
    public static TimeSpan KeptFor { get; } = TimeSpan.FromDays(Week) + Remembered;

    public static AppTable Of(AppTables tables, DateTimeOffset time) => tables.Get(Name, MondayOf(time));

    /// <summary>The table of the week before, if it holds something of the days that are remembered.</summary>
    public static AppTable? Before(AppTables tables, DateTimeOffset now) => MondayOf(now - Remembered) is var monday && monday != MondayOf(now) ? tables.Get(Name, monday) : null;

    public static string PartitionKey(Guid linkId) => TableKey.Of(linkId.ToString("N"));

    private static DateOnly MondayOf(DateTimeOffset time)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        return day.AddDays(-(((int)day.DayOfWeek + Week - (int)DayOfWeek.Monday) % Week));
    }
}
