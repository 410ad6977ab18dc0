using NCrontab;

namespace GitLabJira.LocalRuntime.Timers;

/// <summary>
/// When a timer function is due: NCRONTAB with seconds first, UTC.
/// See https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions.
/// </summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule _cron;

    private TimerSchedule(CrontabSchedule cron) => _cron = cron;

    public static TimerSchedule Parse(string expression)
    {
        // Five fields (without seconds) are taken by the real host as well.
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

        return fields is 5 or 6 && CrontabSchedule.TryParse(expression, new() { IncludingSeconds = fields == 6 }) is { } cron
            ? new(cron)
            : throw new FormatException($"'{expression}' is no NCRONTAB expression of six fields (second minute hour day month day-of-week).");
    }

    public DateTimeOffset Next(DateTimeOffset after) => new(_cron.GetNextOccurrence(after.UtcDateTime), TimeSpan.Zero);

    /// <summary>Such a schedule is not monitored, whatever the attribute says: the real host turns it off below a minute.</summary>
    public bool IsBelowAMinute(DateTimeOffset now) => Next(Next(now)) - Next(now) < TimeSpan.FromMinutes(1);
}
